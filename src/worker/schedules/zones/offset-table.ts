import type { PosixRule } from './posix-rule.js';
import type { OffsetChange, ZoneOffsets } from './zone-offsets.js';

/** Offsets from a list of changes, and from a rule for the time after the last of them. */
export class OffsetTable implements ZoneOffsets {
  /** The rule is in force from here on. */
  private readonly listedUntil: number;

  constructor(
    /** In force before the first change. */
    private readonly initial: number,
    /** Ascending. */
    private readonly changes: readonly OffsetChange[],
    private readonly rule?: PosixRule,
  ) {
    this.listedUntil = changes.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  }

  offsetAt(instant: number): number {
    if (this.rule && instant >= this.listedUntil) return this.rule.offsetAt(instant);
    return this.changes[this.firstAfter(instant) - 1]?.offset ?? this.initial;
  }

  changesBetween(start: number, end: number): readonly OffsetChange[] {
    const listed = this.changes.slice(this.firstAfter(start), this.firstAfter(end - 1));
    if (!this.rule || end <= this.listedUntil) return listed;
    return [...listed, ...this.rule.changesBetween(Math.max(start, this.listedUntil), end)];
  }

  /** The index of the first change after an instant. */
  private firstAfter(instant: number): number {
    let [low, high] = [0, this.changes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.changes[middle]?.at ?? Infinity) <= instant) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
