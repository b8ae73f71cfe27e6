/**
 * What a process wants of the ledger. `service`: the one worker that schedules; `command`: a
 * one-shot run beside it; `reader`: looks only, creates nothing.
 */
export type LedgerRole = 'service' | 'command' | 'reader';

export interface LedgerState {
  readonly writable: boolean;
  /** Why it is not writable, and what to do. */
  readonly problem: string | null;
}

/** Opens and closes the durable record. Nothing is opened before `open`, or used after `close`. */
export abstract class LedgerConnection {
  /**
   * Migrates an older schema (not as `reader`). Rejects with a `LedgerUnavailableError` that names
   * the file, the cause and the remedy: folder missing or read-only, file corrupt or newer than
   * this program, another service on it; as `reader` with a `LedgerMissingError` where there never
   * was a ledger.
   */
  abstract open(role: LedgerRole): Promise<void>;

  abstract close(): Promise<void>;

  /** Tries a durable write. Never rejects. */
  abstract check(): Promise<LedgerState>;

  /**
   * By how many milliseconds the clock of its database is ahead of this machine's; null where it
   * has none of its own. Rejects with a `LedgerUnavailableError`.
   */
  abstract clockOffsetMs(): Promise<number | null>;
}
