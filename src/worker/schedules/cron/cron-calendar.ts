import { DAY } from '../../../time/duration.js';
import type { CronFields, DaysOfMonth, Weekdays } from './cron-fields.js';

/** After 400 years the Gregorian calendar comes again, weekdays included. */
const CALENDAR_CYCLE_DAYS = 146_097;

/** The days on which an expression is due. A day is a number of days since the Unix epoch. */
export class CronCalendar {
  private readonly months: ReadonlySet<number>;
  private readonly isEveryDay: boolean;

  constructor(private readonly fields: CronFields) {
    const { days, months, weekdays, dayRule } = fields;
    const [anyDay, anyWeekday] = [days.numbers.length === 31, weekdays.numbers.length === 7];
    this.months = new Set(months);
    this.isEveryDay = months.length === 12 && (dayRule === 'both' ? anyDay && anyWeekday : anyDay || anyWeekday);
  }

  includes(day: number): boolean {
    const date = new Date(day * DAY);
    if (!this.months.has(date.getUTCMonth() + 1)) return false;
    const { days, weekdays, dayRule } = this.fields;
    const onDay = isAmongDays(date, days);
    if (onDay !== (dayRule === 'both')) return onDay;
    return isAmongWeekdays(date, weekdays);
  }

  /** The first due day from this one on; null: no day ever is. */
  next(from: number): number | null {
    return this.search(from, 1);
  }

  /** The last due day up to this one; null: no day ever is. */
  previous(from: number): number | null {
    return this.search(from, -1);
  }

  /** How many due days lie in [from, to). */
  count(from: number, to: number): number {
    if (this.isEveryDay) return Math.max(0, to - from);
    let count = 0;
    for (let day = from; day < to; day += 1) if (this.includes(day)) count += 1;
    return count;
  }

  private search(from: number, step: 1 | -1): number | null {
    for (let day = from; Math.abs(day - from) < CALENDAR_CYCLE_DAYS;) {
      const date = new Date(day * DAY);
      if (this.months.has(date.getUTCMonth() + 1)) {
        if (this.includes(day)) return day;
        day += step;
      } else {
        const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
        day = (step === 1 ? Date.UTC(year, month + 1, 1) : Date.UTC(year, month, 0)) / DAY;
      }
    }
    return null;
  }
}

function isAmongDays(date: Date, { numbers, last, lastWorkday, nearestWorkdays }: DaysOfMonth): boolean {
  const day = date.getUTCDate();
  if (numbers.includes(day)) return true;
  if (last && day === lastDayOfMonth(date)) return true;
  if (lastWorkday && day === nearestWorkday(date, lastDayOfMonth(date))) return true;
  return nearestWorkdays.some((target) => day === nearestWorkday(date, target));
}

function isAmongWeekdays(date: Date, { numbers, occurrences }: Weekdays): boolean {
  const weekday = date.getUTCDay();
  if (numbers.includes(weekday)) return true;
  const day = date.getUTCDate();
  return occurrences.some(({ weekday: named, occurrence }) => {
    if (named !== weekday) return false;
    return occurrence === 'last' ? day + 7 > lastDayOfMonth(date) : Math.ceil(day / 7) === occurrence;
  });
}

/** The weekday (Monday to Friday) of the month nearest to one of its days; 0: no such day. */
function nearestWorkday(date: Date, target: number): number {
  const last = lastDayOfMonth(date);
  if (target > last) return 0;
  const weekday = (date.getUTCDay() + 35 + target - date.getUTCDate()) % 7;
  if (weekday === 6) return target === 1 ? 3 : target - 1;
  if (weekday === 0) return target === last ? target - 2 : target + 1;
  return target;
}

function lastDayOfMonth(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}
