import { DAY, HOUR, MINUTE, SECOND } from '../../../time/duration.js';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November'],
  'December',
];
const UNITS: Readonly<Record<string, number>> = { second: SECOND, minute: MINUTE, hour: HOUR };

type Rule = (wall: Date) => boolean;

/**
 * What an English reader takes the words of a schedule for: whether it is due at a wall time. Knows
 * nothing of cron. Throws for words that it does not understand, and for an "every" that is not
 * evenly spaced.
 */
export function readWords(words: string): Rule {
  const parts = /^(?<time>(?:every|at) .*?)(?:, (?<days>(?:on|\w+day through) .*?))?(?:, in (?<months>.*))?$/.exec(
    words,
  );
  const { time = '', days, months } = parts?.groups ?? {};
  const rules = [readTime(time), ...(days ? [readDays(days)] : []), ...(months ? [readMonths(months)] : [])];
  return (wall) => rules.every((rule) => rule(wall));
}

function readTime(words: string): Rule {
  const [, every, from, to] = /^every (.+?)(?: from (\S+) to (\S+))?$/.exec(words) ?? [];
  if (every !== undefined && !words.includes(' of ')) return readEvery(every, from, to);
  if (/^at \d\d:/.test(words)) {
    const times = items(words.slice('at '.length)).map(timeOfDay);
    return (wall) => times.includes(wall.getTime() % DAY);
  }
  const rules = words.split(' of ').map(readPart);
  const hasSeconds = /second/.test(words);
  return (wall) => rules.every((rule) => rule(wall)) && (hasSeconds || wall.getUTCSeconds() === 0);
}

/** `15 minutes`, `hour`; from midnight to midnight, or between two times of a day. */
function readEvery(every: string, from: string | undefined, to: string | undefined): Rule {
  const [, amount = '1', unit = ''] = /^(?:(\d+) )?(second|minute|hour)s?$/.exec(every) ?? [];
  const step = Number(amount) * Number(UNITS[unit]);
  const [first, last] = from && to ? [timeOfDay(from), timeOfDay(to)] : [0, DAY];
  if ((last - first) % step !== 0) throw new Error(`${every} do not lead from ${first} to ${last}`);
  return (wall) => {
    const time = wall.getTime() % DAY;
    return time >= first && time <= last && (time - first) % step === 0;
  };
}

/** `every 15 minutes`, `at minute 5`, `hours 1 to 3`: one part of a time of day. */
function readPart(words: string): Rule {
  const [, amount = '1', unit] = /^every (?:(\d+) )?(second|minute|hour)s?$/.exec(words) ?? [];
  if (unit !== undefined) {
    if (60 % Number(amount) !== 0) throw new Error(`${words} do not make an hour`);
    return (wall) => partOf(wall, unit) % Number(amount) === 0;
  }
  const [, named = '', numbers = ''] = /^(?:at )?(second|minute|hour)s? (.+)$/.exec(words) ?? [];
  const values = readNumbers(numbers);
  return (wall) => values.has(partOf(wall, named));
}

function partOf(wall: Date, unit: string): number {
  if (unit === 'hour') return wall.getUTCHours();
  if (unit === 'minute') return wall.getUTCMinutes();
  if (unit === 'second') return wall.getUTCSeconds();
  throw new Error(`${unit} is not a part of a time`);
}

function readDays(words: string): Rule {
  const [both = '', only] = words.split(', but only ');
  const alternatives = both.split(' or ').map(readUnion);
  const restriction = only === undefined ? () => true : readUnion(only);
  return (wall) => alternatives.some((rule) => rule(wall)) && restriction(wall);
}

/** Each part begins with `on`, or is a range of weekdays. */
function readUnion(words: string): Rule {
  const parts = words.split(/(?:, | and )(?=on )/).map(readDayPart);
  return (wall) => parts.some((rule) => rule(wall));
}

function readDayPart(words: string): Rule {
  const [, numbers] = /^on days? (.+) of the month$/.exec(words) ?? [];
  if (numbers !== undefined) {
    const days = readNumbers(numbers);
    return (wall) => days.has(wall.getUTCDate());
  }
  if (words === 'on the last day of the month') return (wall) => wall.getUTCDate() === lastDay(wall);
  if (words === 'on the last weekday (Monday to Friday) of the month') {
    return (wall) => wall.getUTCDate() === workdays(wall).at(-1);
  }
  const [, target] = /^on the weekday \(Monday to Friday\) nearest to day (\d+) of the month$/.exec(words) ?? [];
  if (target !== undefined) return (wall) => wall.getUTCDate() === nearest(wall, Number(target));
  const [, which = '', weekday = ''] = /^on the (last|\d..) (\w+day) of the month$/.exec(words) ?? [];
  if (weekday !== '') {
    return (wall) => wall.getUTCDay() === WEEKDAYS.indexOf(weekday) && occurrenceIs(wall, which);
  }
  const weekdays = readNames(words.replace(/^on /, ''), WEEKDAYS);
  return (wall) => weekdays.has(wall.getUTCDay());
}

function occurrenceIs(wall: Date, which: string): boolean {
  const day = wall.getUTCDate();
  return which === 'last' ? day > lastDay(wall) - 7 : Math.floor((day - 1) / 7) === parseInt(which, 10) - 1;
}

function nearest(wall: Date, target: number): number | undefined {
  if (target > lastDay(wall)) return undefined;
  return workdays(wall).sort((a, b) => Math.abs(a - target) - Math.abs(b - target))[0];
}

function workdays(wall: Date): number[] {
  const days = Array.from({ length: lastDay(wall) }, (_, index) => index + 1);
  return days.filter((day) => {
    const weekday = new Date(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), day)).getUTCDay();
    return weekday !== 0 && weekday !== 6;
  });
}

function lastDay(wall: Date): number {
  return new Date(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth() + 1, 0)).getUTCDate();
}

function readMonths(words: string): Rule {
  const months = readNames(words, MONTHS);
  return (wall) => months.has(wall.getUTCMonth());
}

/** `Monday`, `Friday through Sunday`, joined by commas and `and`. */
function readNames(words: string, names: readonly string[]): Set<number> {
  const indices = items(words).flatMap((item) => {
    const [from = 0, to = from] = item.split(' through ').map((name) => {
      if (!names.includes(name)) throw new Error(`${name} in ${words} is not a name`);
      return names.indexOf(name);
    });
    const length = ((to - from + names.length) % names.length) + 1;
    return Array.from({ length }, (_, index) => (from + index) % names.length);
  });
  return new Set(indices);
}

function readNumbers(words: string): Set<number> {
  const numbers = items(words).flatMap((item) => {
    const [from = NaN, to = from] = item.split(' to ').map(Number);
    if (!(from <= to)) throw new Error(`${item} in ${words} is not a number`);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
  return new Set(numbers);
}

function items(words: string): string[] {
  return words.split(/, | and /);
}

function timeOfDay(text: string): number {
  const [, hour, minute, second = '0'] = /^(\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? [];
  if (hour === undefined) throw new Error(`${text} is not a time of a day`);
  return Number(hour) * HOUR + Number(minute) * MINUTE + Number(second) * SECOND;
}
