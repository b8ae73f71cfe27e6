import type { ItemCounts } from '../../runs/run.js';

/**
 * Counts the items of a run. What earlier attempts have done is carried over as the kind of list
 * demands.
 */
export abstract class ItemTally {
  protected total = 0;
  protected succeeded = 0;
  protected skipped = 0;
  private failed = 0;

  get counts(): ItemCounts {
    const { total, failed, skipped } = this;
    return { total, succeeded: Math.min(this.succeeded, total - failed - skipped), failed, skipped };
  }

  /** Ids that earlier attempts had in work and that have not come up in this one. */
  get unconfirmed(): string[] {
    return [];
  }

  /** The list has been read to its end. */
  endOfList(): void {}

  take(_id: string): void {
    this.total++;
  }

  /** It was cut off before its end was known. */
  untake(): void {
    this.total--;
  }

  succeed(): void {
    this.succeeded++;
  }

  fail(): void {
    this.failed++;
  }

  skip(): void {
    this.skipped++;
  }
}
