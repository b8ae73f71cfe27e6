import type { RunProgress } from '../../../ledger/run-ledger.js';
import { ItemTally } from '../../batch/item-tally.js';

/**
 * What earlier attempts have done is gone from the list and stays counted; so does what they had in
 * work and does not come up again. What had failed is tried again and counts anew.
 */
export class ShrinkingTally extends ItemTally {
  private readonly vanished: Set<string>;

  constructor(before: RunProgress | null) {
    super();
    this.succeeded = before?.items?.succeeded ?? 0;
    this.skipped = before?.items?.skipped ?? 0;
    this.total = this.succeeded + this.skipped;
    this.vanished = new Set([...(before?.pending ?? []), ...(before?.unconfirmed ?? [])]);
  }

  override get unconfirmed(): string[] {
    return [...this.vanished];
  }

  override take(id: string): void {
    super.take(id);
    this.vanished.delete(id);
  }

  override endOfList(): void {
    this.succeeded += this.vanished.size;
    this.total += this.vanished.size;
    this.vanished.clear();
  }
}
