/**
 * For how long this process may act on the runs that it holds. Where several processes share a
 * ledger, each is believed alive only as long as it says so: one that cannot has to stop before
 * others take its runs over.
 */
export abstract class Lease {
  /** While false nothing goes out: no request, and no new item. */
  abstract readonly isHeld: boolean;

  /** Why it is not held, and what happens next; null while it is. */
  abstract readonly problem: string | null;

  /** Services that are believed alive, this one included. */
  abstract readonly services: number;

  /** Resolves while it is held. Rejects with the signal's reason when that aborts first. */
  abstract whenHeld(signal?: AbortSignal): Promise<void>;

  /**
   * `listener` is called when the runs of this process belong to others: it must let go of them at
   * once. From then on the lease is a new one.
   */
  abstract onLost(listener: () => void): void;
}

/** Of a process that has its ledger for itself, and of one that only looks. */
export class UnsharedLease extends Lease {
  readonly isHeld = true;
  readonly problem = null;
  readonly services = 1;

  whenHeld(): Promise<void> {
    return Promise.resolve();
  }

  onLost(): void {
    // Nobody else can take them.
  }
}
