import { DAY, HOUR, MINUTE, SECOND } from '../../../time/duration.js';
import { CronCalendar } from './cron-calendar.js';
import type { CronFields } from './cron-fields.js';

type Direction = 1 | -1;

/**
 * A cron expression matched against what a clock on the wall shows. Wall times are written as the
 * epoch milliseconds of the same reading in UTC: which instants they are is for the zone to say.
 */
export class CronPattern {
  private readonly calendar: CronCalendar;

  constructor(private readonly fields: CronFields) {
    this.calendar = new CronCalendar(fields);
  }

  /** The first match strictly after; null: there is none any more. */
  next(wall: number): number | null {
    const from = (Math.floor(wall / SECOND) + 1) * SECOND;
    const today = Math.floor(from / DAY);
    const time = this.calendar.includes(today) ? this.nearestTime(from - today * DAY, 1) : null;
    if (time !== null) return today * DAY + time;
    const day = this.calendar.next(today + 1);
    return day === null ? null : day * DAY + (this.nearestTime(0, 1) ?? 0);
  }

  /** The last match strictly before; null: there was none. */
  previous(wall: number): number | null {
    const until = Math.ceil(wall / SECOND) * SECOND - SECOND;
    const today = Math.floor(until / DAY);
    const time = this.calendar.includes(today) ? this.nearestTime(until - today * DAY, -1) : null;
    if (time !== null) return today * DAY + time;
    const day = this.calendar.previous(today - 1);
    return day === null ? null : day * DAY + (this.nearestTime(DAY - SECOND, -1) ?? 0);
  }

  /** How many matches lie in [from, to), at a cost that grows with the days in between at most. */
  count(from: number, to: number): number {
    if (to <= from) return 0;
    const [first, last] = [Math.floor(from / DAY), Math.floor(to / DAY)];
    return this.calendar.count(first, last) * this.countTimes(DAY) + this.countOn(last, to) - this.countOn(first, from);
  }

  /** The nearest time of the day from this one on, later (1) or earlier (-1). */
  private nearestTime(from: number, direction: Direction): number | null {
    const { hours, minutes, seconds } = this.fields;
    const [hour, minute, rest] = [Math.floor(from / HOUR), Math.floor((from % HOUR) / MINUTE), from % MINUTE];
    if (hours.includes(hour)) {
      const second = nearest(seconds, rest / SECOND, direction);
      if (minutes.includes(minute) && second !== undefined) return hour * HOUR + minute * MINUTE + second * SECOND;
      const other = nearest(minutes, minute + direction, direction);
      if (other !== undefined) return hour * HOUR + other * MINUTE + edge(seconds, direction) * SECOND;
    }
    const other = nearest(hours, hour + direction, direction);
    if (other === undefined) return null;
    return other * HOUR + edge(minutes, direction) * MINUTE + edge(seconds, direction) * SECOND;
  }

  /** Matches on a day before a wall time of it. */
  private countOn(day: number, wall: number): number {
    return this.calendar.includes(day) ? this.countTimes(wall - day * DAY) : 0;
  }

  /** Times of the day before a time of the day. */
  private countTimes(before: number): number {
    const { hours, minutes, seconds } = this.fields;
    const [hour, minute] = [Math.floor(before / HOUR), Math.floor((before % HOUR) / MINUTE)];
    const inMinute = countBelow(seconds, Math.ceil((before % MINUTE) / SECOND));
    const inHour = countBelow(minutes, minute) * seconds.length + (minutes.includes(minute) ? inMinute : 0);
    return countBelow(hours, hour) * minutes.length * seconds.length + (hours.includes(hour) ? inHour : 0);
  }
}

function nearest(values: readonly number[], from: number, direction: Direction): number | undefined {
  return direction === 1 ? values.find((value) => value >= from) : values.findLast((value) => value <= from);
}

/** Where a search in this direction begins. */
function edge(values: readonly number[], direction: Direction): number {
  return values.at(direction === 1 ? 0 : -1) ?? 0;
}

function countBelow(values: readonly number[], limit: number): number {
  return values.filter((value) => value < limit).length;
}
