import type { RunProgress } from '../../ledger/run-ledger.js';
import type { ItemCounts } from '../../runs/run.js';

/**
 * Counts the items of a run. What earlier attempts have done is carried over as the kind of list
 * demands.
 */
export abstract class ItemTally {
  protected total = 0;
  protected succeeded = 0;
  protected skipped = 0;
  protected failed = 0;

  get counts(): ItemCounts {
    const { totalSoFar: total, failed, skipped } = this;
    return { total, succeeded: Math.min(this.succeeded, total - failed - skipped), failed, skipped };
  }

  /** Ids that earlier attempts had in work and that have not come up in this one. */
  get unconfirmed(): string[] {
    return [];
  }

  protected get totalSoFar(): number {
    return this.total;
  }

  /** The list is read from its beginning again, leaving out those that are remembered. */
  beginAgain(_remembered: number): void {}

  /** The list has been read to its end. */
  endOfList(): void {}

  /** Items that somebody had in work who died: done if the list does not bring them again. */
  mayBeDone(_ids: readonly string[]): void {}

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

  override mayBeDone(ids: readonly string[]): void {
    for (const id of ids) this.vanished.add(id);
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

/**
 * Every attempt is shown the whole list again: as many items as were done before do not count as
 * skipped now.
 */
export class StayingTally extends ItemTally {
  protected doneBefore: number;
  /** Done before: whether the list still shows all of it is known at its end. */
  protected presumed: number;

  constructor(before: RunProgress | null) {
    super();
    this.doneBefore = before?.items?.succeeded ?? 0;
    this.succeeded = this.doneBefore;
    this.presumed = this.doneBefore;
  }

  override endOfList(): void {
    this.presumed = 0;
  }

  /** Counts what is done though this attempt has not been shown it: it may be interrupted, too. */
  protected override get totalSoFar(): number {
    return Math.max(this.total, this.presumed + this.failed + this.skipped);
  }

  override skip(): void {
    if (this.doneBefore > 0) this.doneBefore--;
    else super.skip();
  }
}

/**
 * A further attempt is shown the list from where the last one was: what lies before stays counted,
 * failures included. Where it has to begin again, it counts as for any list that stays.
 */
export class PositionedTally extends StayingTally {
  constructor(before: RunProgress | null) {
    super(before);
    if (!before?.position || !before.items) return;
    const { succeeded, failed, skipped } = before.items;
    this.total = succeeded + failed + skipped;
    this.failed = failed;
    this.skipped = skipped;
    this.doneBefore = 0;
    this.presumed = 0;
  }

  /** What is not remembered is done and counted once more. */
  override beginAgain(remembered: number): void {
    const forgotten = Math.max(0, this.succeeded + this.failed + this.skipped - remembered);
    this.total -= forgotten;
    this.doneBefore = forgotten;
  }
}
