import { DAY, SECOND } from '../../../time/duration.js';
import type { OffsetChange, ZoneOffsets } from './zone-offsets.js';

const NAME = String.raw`(?:<[A-Za-z\d+-]{3,}>|[A-Za-z]{3,})`;
const TIME = String.raw`[+-]?\d{1,3}(?::\d\d){0,2}`;
const RULE = new RegExp(`^${NAME}(${TIME})(?:${NAME}(${TIME})?,([^,/]+)(?:/(${TIME}))?,([^,/]+)(?:/(${TIME}))?)?$`);
const DATE = /^(?:M(\d{1,2})\.([1-5])\.([0-6])|J(\d{1,3})|(\d{1,3}))$/;
/** POSIX: where a rule does not say otherwise, the clocks change at 02:00. */
const USUAL_TIME = '2';

/** When a year's changes come: milliseconds of the year, on the clocks before the change. */
type DateRule = (year: number) => number;

/** The rule after the last listed change, as `TZ` of POSIX has it: `CET-1CEST,M3.5.0,M10.5.0/3`. */
export class PosixRule implements ZoneOffsets {
  private constructor(
    private readonly standard: number,
    private readonly summer?: { readonly offset: number; readonly start: DateRule; readonly end: DateRule },
  ) {}

  /** Undefined for a text that is not such a rule. */
  static parse(text: string): PosixRule | undefined {
    const [, standard, summer, start, startTime, end, endTime] = RULE.exec(text) ?? [];
    if (standard === undefined) return undefined;
    const offset = 0 - parseTime(standard);
    if (start === undefined || end === undefined) return new PosixRule(offset);
    const rules = [parseDate(start, startTime), parseDate(end, endTime)] as const;
    if (!rules[0] || !rules[1]) return undefined;
    const summerOffset = summer === undefined ? offset + 3600 * SECOND : 0 - parseTime(summer);
    return new PosixRule(offset, { offset: summerOffset, start: rules[0], end: rules[1] });
  }

  offsetAt(instant: number): number {
    const year = new Date(instant).getUTCFullYear();
    const past = [year - 1, year, year + 1].flatMap((each) => this.changesOf(each)).filter(({ at }) => at <= instant);
    return past.at(-1)?.offset ?? this.standard;
  }

  changesBetween(start: number, end: number): OffsetChange[] {
    const [first, last] = [new Date(start).getUTCFullYear() - 1, new Date(end).getUTCFullYear() + 1];
    const years = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    const changes = years.flatMap((year) => this.changesOf(year)).filter(({ at }) => at > start && at < end);
    return changes.filter(({ at }, index) => changes[index + 1]?.at !== at);
  }

  private changesOf(year: number): OffsetChange[] {
    if (!this.summer) return [];
    const january = Date.UTC(year, 0, 1);
    const { offset, start, end } = this.summer;
    const begins = { at: january + start(year) - this.standard, offset };
    const ends = { at: january + end(year) - offset, offset: this.standard };
    return begins.at < ends.at ? [begins, ends] : [ends, begins];
  }
}

/** `2`, `-1`, `5:30`, `24:00:00` */
function parseTime(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[+-]/, '').split(':').map(Number);
  return (text.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds) * SECOND;
}

function parseDate(text: string, time = USUAL_TIME): DateRule | undefined {
  const [found, month, week, weekday, julian, day] = DATE.exec(text) ?? [];
  if (found === undefined) return undefined;
  const timeOfDay = parseTime(time);
  if (month !== undefined) {
    return (year) => nthWeekday(year, Number(month), Number(week), Number(weekday)) + timeOfDay;
  }
  // `J60` is the first of March in any year.
  if (julian !== undefined) {
    return (year) => (Number(julian) - 1 + (isLeapYear(year) && Number(julian) > 59 ? 1 : 0)) * DAY + timeOfDay;
  }
  return () => Number(day) * DAY + timeOfDay;
}

/** The fifth is the last. */
function nthWeekday(year: number, month: number, week: number, weekday: number): number {
  const first = Date.UTC(year, month - 1, 1);
  const day = 1 + ((weekday - new Date(first).getUTCDay() + 7) % 7) + (week - 1) * 7;
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return first - Date.UTC(year, 0, 1) + (day > length ? day - 8 : day - 1) * DAY;
}

function isLeapYear(year: number): boolean {
  return new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
}
