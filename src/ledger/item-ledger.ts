/** What the ledger remembers of an item that failed, or that was in work when the process died. */
export interface ItemRecord {
  readonly id: string;
  /** Runs in a row that it failed in. */
  readonly failedRuns: number;
  /** Times in a row that the process died while it was in work. */
  readonly crashes: number;
  readonly firstFailedAt: Date;
  readonly lastFailedAt: Date;
  readonly lastError: string;
  /** In quarantine until then: after 5 failed runs or 3 crashes in a row, 1 h doubling to 24 h. */
  readonly quarantinedUntil: Date | null;
}

/** Left alone at this instant. */
export function isQuarantined({ quarantinedUntil }: ItemRecord, now: Date): boolean {
  return quarantinedUntil !== null && quarantinedUntil > now;
}

/** The memory of troubled items over runs, which `RunLedger.checkpoint` writes. */
export abstract class ItemLedger {
  abstract troubled(task: string): Promise<ReadonlyMap<string, ItemRecord>>;

  /** Counts a crash for items that the last process had in work, before they are tried again. */
  abstract recordCrash(task: string, ids: readonly string[]): Promise<void>;
}
