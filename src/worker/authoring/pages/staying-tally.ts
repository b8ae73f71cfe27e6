import type { RunProgress } from '../../../ledger/run-ledger.js';
import { ItemTally } from '../../batch/item-tally.js';

/**
 * Every attempt is shown the whole list again: as many items as were done before do not count as
 * skipped now.
 */
export class StayingTally extends ItemTally {
  private doneBefore: number;

  constructor(before: RunProgress | null) {
    super();
    this.doneBefore = before?.items?.succeeded ?? 0;
    this.succeeded = this.doneBefore;
  }

  override skip(): void {
    if (this.doneBefore > 0) this.doneBefore--;
    else super.skip();
  }
}
