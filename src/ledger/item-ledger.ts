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
  /** Until then it is left alone: after five failed runs or three crashes in a row, for 1 h doubling to 24 h. */
  readonly quarantinedUntil: Date | null;
}

/** The memory of troubled items over runs. Written by `RunLedger.checkpoint`; items without trouble have no record. */
export abstract class ItemLedger {
  abstract troubled(task: string): Promise<ReadonlyMap<string, ItemRecord>>;

  /** Counts one more crash for items that the last process had in work, durably, before they are tried again. */
  abstract recordCrash(task: string, ids: readonly string[]): Promise<void>;
}
