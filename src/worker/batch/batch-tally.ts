import type { RunProgress } from '../../ledger/run-ledger.js';
import type { ItemCounts } from '../../runs/run.js';

/**
 * Counts the items of a run over all its attempts.
 *
 * A resumed attempt reads the list again. From a list that shrinks, what was done is gone: it stays counted, and so
 * does what was in work at an interruption and does not come up again; what had failed is tried again and counts anew. A single page shows everything again: as many items as were done before are not counted as skipped.
 */
export class BatchTally {
  private total = 0;
  private succeeded = 0;
  private failed = 0;
  private skipped = 0;
  private doneBefore = 0;
  private readonly vanished = new Set<string>();

  constructor(listing: 'shrinks' | 'single page', resume: RunProgress | null) {
    if (!resume) return;
    const { succeeded = 0, skipped = 0 } = resume.items ?? {};
    this.succeeded = succeeded;
    if (listing === 'single page') {
      this.doneBefore = succeeded;
      return;
    }
    this.skipped = skipped;
    this.total = succeeded + skipped;
    this.vanished = new Set([...resume.pending, ...resume.unconfirmed]);
  }

  /** Ids that earlier attempts had in work and that have not come up in this one. */
  get unconfirmed(): string[] {
    return [...this.vanished];
  }

  get counts(): ItemCounts {
    const { total, failed, skipped } = this;
    return { total, succeeded: Math.min(this.succeeded, total - failed - skipped), failed, skipped };
  }

  take(id: string): void {
    this.total++;
    this.vanished.delete(id);
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
    if (this.doneBefore > 0) this.doneBefore--;
    else this.skipped++;
  }

  /** The list has been read to its end: what was in work before and did not come back has been done. */
  endOfList(): void {
    this.succeeded += this.vanished.size;
    this.total += this.vanished.size;
    this.vanished.clear();
  }
}
