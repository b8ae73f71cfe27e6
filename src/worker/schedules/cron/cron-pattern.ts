import { Cron } from 'croner';
import { DAY, HOUR, MINUTE, SECOND } from '../../../time/duration.js';

const NICKNAMES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/**
 * A cron expression matched against what a clock on the wall shows. Wall times are written as the epoch milliseconds
 * of the same reading in UTC: which instants they are is for the zone to say.
 */
export class CronPattern {
  /** True: the pattern names no hours, so it is about elapsed time (`0-59/15 * * * *`) rather than about times of the day. */
  readonly everyHour: boolean;

  private readonly cron: Cron;
  private readonly days: Cron;
  private readonly everyDay: boolean;
  private readonly hours: readonly number[];
  private readonly minutes: readonly number[];
  private readonly seconds: readonly number[];

  /** Throws an error that says what is wrong with the expression. */
  constructor(expression: string) {
    const fields = (NICKNAMES[expression.toLowerCase()] ?? expression).split(/\s+/);
    if (fields.length === 5) fields.unshift('0');
    if (fields.length !== 6) throw new SyntaxError(`it has ${fields.length} fields`);
    const [second = '', minute = '', hour = '', ...date] = fields;
    this.cron = compile(fields.join(' '));
    this.days = compile(`0 0 0 ${date.join(' ')}`);
    this.everyDay = date.every((field) => field === '*' || field === '?');
    this.hours = timesOfDay(`0 0 ${hour}`, HOUR);
    this.minutes = timesOfDay(`0 ${minute} 0`, MINUTE);
    this.seconds = timesOfDay(`${second} 0 0`, SECOND);
    this.everyHour = this.hours.length === 24;
  }

  /** The first match strictly after; null: there is none any more. */
  next(wall: number): number | null {
    return this.cron.nextRun(new Date(wall))?.getTime() ?? null;
  }

  /** The last match strictly before; null: there was none. */
  previous(wall: number): number | null {
    return this.cron.previousRuns(1, new Date(wall))[0]?.getTime() ?? null;
  }

  /** How many matches lie in [from, to). Its cost grows with the days in between at most, never with the matches. */
  count(from: number, to: number): number {
    if (to <= from) return 0;
    const [first, last] = [Math.floor(from / DAY), Math.floor(to / DAY)];
    return this.countDays(first, last) * this.countTimes(DAY) + this.countOn(last, to) - this.countOn(first, from);
  }

  private countDays(from: number, to: number): number {
    if (this.everyDay) return to - from;
    let count = 0;
    let day = this.days.nextRun(new Date(from * DAY - 1));
    for (; day !== null && day.getTime() < to * DAY; day = this.days.nextRun(day)) count += 1;
    return count;
  }

  /** Matches on a day before a wall time of it. */
  private countOn(day: number, wall: number): number {
    return this.days.match(new Date(day * DAY)) ? this.countTimes(wall - day * DAY) : 0;
  }

  /** Times of the day before a time of the day. */
  private countTimes(before: number): number {
    const [hour, minute] = [Math.floor(before / HOUR), Math.floor((before % HOUR) / MINUTE)];
    const inMinute = countBelow(this.seconds, Math.ceil((before % MINUTE) / SECOND));
    const inHour =
      countBelow(this.minutes, minute) * this.seconds.length + (this.minutes.includes(minute) ? inMinute : 0);
    const perHour = this.minutes.length * this.seconds.length;
    return countBelow(this.hours, hour) * perHour + (this.hours.includes(hour) ? inHour : 0);
  }
}

function compile(expression: string): Cron {
  return new Cron(expression, { timezone: 'UTC', mode: '6-part' });
}

/** What a field of the time stands for, found out by asking for all matches of one day. */
function timesOfDay(time: string, unit: number): readonly number[] {
  const runs = compile(`${time} * * *`).nextRuns(60, new Date(-1));
  return runs.map((run) => run.getTime() / unit).filter((value) => value * unit < DAY);
}

function countBelow(values: readonly number[], limit: number): number {
  return values.filter((value) => value < limit).length;
}
