/**
 * Brings runs that wait, queued or left interrupted, to a process that has room. It is a hint and
 * no more: what it brings twice, late or never is found in the ledger, which decides.
 */
export abstract class RunQueue {
  /**
   * Creates what the queue keeps in the store, or brings it up to date, so that a role without
   * that right can work with it. Rejects with a `LedgerUnavailableError`.
   */
  abstract migrate(): Promise<void>;

  /**
   * From now on calls `take` with the id of a run that may wait, and with the next only when that
   * has settled. Never rejects: while there is no way to the queue it goes on trying.
   */
  abstract work(take: (runId: string) => Promise<void>): Promise<void>;

  /** Resolves when `take` is called no more. */
  abstract stop(): Promise<void>;
}
