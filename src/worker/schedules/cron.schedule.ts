import { type CronFields, parseCronFields } from './cron/cron-fields.js';
import { CronPattern } from './cron/cron-pattern.js';
import { type CronWarning, cronWarnings } from './cron/cron-warnings.js';
import { cronWords } from './cron/cron-words.js';
import type { Stretch, TimeZone } from './zones/time-zone.js';
import { ZoneData } from './zones/zone-data.js';
import type { Schedule } from './schedule.js';

/**
 * A cron expression in a time zone. What it means when the clocks jump
 * (docs/decisions/clock-changes.md):
 *
 * - Elapsed time: its minute is a wildcard (`*`, or a step over the whole hour), or it names every
 *   hour. It is due whenever the clocks show a time that matches: through a repeated hour again,
 *   and for a time that the jump leaves out not at all, since no time has passed.
 * - Times of the day: all others (`30 2 * * *`, `0,30 9-17 * * *`). Every time on the clock is due
 *   once. A time that the jump leaves out is due as soon as the clocks have jumped (several such
 *   times are one slot); a time that comes twice is due the first time.
 */
export class CronSchedule implements Schedule {
  private readonly fields: CronFields;
  private readonly pattern: CronPattern;
  private readonly zone: TimeZone;
  private readonly isAboutElapsedTime: boolean;

  /** Throws a `SyntaxError` for the expression, a `RangeError` for an unknown zone. */
  constructor(
    readonly text: string,
    readonly timezone: string,
    zones = ZoneData.standard,
  ) {
    this.fields = parseCronFields(text);
    this.pattern = new CronPattern(this.fields);
    this.isAboutElapsedTime = this.fields.hasWildcardMinute || this.fields.hours.length === 24;
    this.zone = zones.zone(timezone);
  }

  get description(): string {
    return `${cronWords(this.fields)} (${this.timezone})`;
  }

  /** What its author may not have meant, though it is valid. */
  get warnings(): readonly CronWarning[] {
    return cronWarnings(this.text, this.fields);
  }

  next(after: number): number | null {
    let match: { readonly from: number; readonly wall: number | null } | undefined;
    for (let stretch = this.zone.stretchAt(after); ; stretch = this.zone.stretchAt(stretch.end)) {
      if (stretch.start > after && this.isDueAfterGap(stretch)) return stretch.start;
      const from = Math.max(this.firstWall(stretch) - 1, after + stretch.offset);
      // A match that lies years ahead is looked for once, not again from each stretch before it.
      if (!match || from < match.from || (match.wall ?? Infinity) <= from) {
        match = { from, wall: this.pattern.next(from) };
      }
      if (match.wall === null) return null;
      if (match.wall < stretch.end + stretch.offset) return match.wall - stretch.offset;
    }
  }

  between(after: number, until: number, limit: number): { slots: number[]; omitted: number } {
    const slots: number[] = [];
    let rest = until;
    while (slots.length < limit) {
      const slot = this.last(after, rest);
      if (slot === null) return { slots: slots.reverse(), omitted: 0 };
      slots.push(slot);
      rest = slot - 1;
    }
    return { slots: slots.reverse(), omitted: this.count(after, rest) };
  }

  /** The newest slot in (after, until]. */
  private last(after: number, until: number): number | null {
    let stretch: Stretch;
    for (let instant = until; instant > after; instant = stretch.start - 1) {
      stretch = this.zone.stretchAt(instant);
      const wall = this.pattern.previous(instant + stretch.offset + 1);
      if (wall !== null && wall >= this.firstWall(stretch)) {
        return wall - stretch.offset > after ? wall - stretch.offset : null;
      }
      if (stretch.start > after && this.isDueAfterGap(stretch)) return stretch.start;
    }
    return null;
  }

  /** How many slots lie in (after, until]. */
  private count(after: number, until: number): number {
    let count = 0;
    let stretch: Stretch;
    for (let instant = after + 1; instant <= until; instant = stretch.end) {
      stretch = this.zone.stretchAt(instant);
      const { start, end, offset } = stretch;
      const first = this.firstWall(stretch);
      if (start > after && this.isDueAfterGap(stretch) && this.pattern.count(first, first + 1) === 0) count += 1;
      count += this.pattern.count(Math.max(first, instant + offset), Math.min(end, until + 1) + offset);
    }
    return count;
  }

  /** Where a stretch begins to be due: times shown twice count twice for elapsed time only. */
  private firstWall({ start, offset, offsetBefore }: Stretch): number {
    return start + (this.isAboutElapsedTime ? offset : Math.max(offset, offsetBefore));
  }

  /** Whether the clocks have just jumped over a time that the expression names. */
  private isDueAfterGap({ start, offset, offsetBefore }: Stretch): boolean {
    if (this.isAboutElapsedTime || offset <= offsetBefore) return false;
    return this.pattern.count(start + offsetBefore, start + offset) > 0;
  }
}
