import { DAY, HOUR, MINUTE, SECOND } from '../../../time/duration.js';
import type { CronFields, DaysOfMonth, Weekdays } from './cron-fields.js';

/** So few times of a day are listed one by one. */
const MAX_LISTED_TIMES = 4;

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November'],
  'December',
];
const ORDINALS = ['', '1st', '2nd', '3rd', '4th', '5th'];

/**
 * An expression in words, without its zone: `at 03:00, Monday through Friday`. They are true of
 * every instant: a step that does not divide its hour or day evenly is never called "every".
 */
export function cronWords(fields: CronFields): string {
  return [timeWords(fields), ...dayWords(fields), ...monthWords(fields.months)].join(', ');
}

function timeWords({ seconds, minutes, hours }: CronFields): string {
  const [atSecond, atMinute] = [seconds, minutes].map((values) => values.length === 1 && values[0] !== 0);
  // `at minute 30 of every hour` rather than `every hour from 00:30 to 23:30`.
  if (hours.length === 24 && (atMinute || (minutes.length === 60 && atSecond))) {
    return partsOfTimeWords(seconds, minutes, hours);
  }
  const step = evenStep(seconds, minutes, hours);
  const first = timeOf(hours[0], minutes[0], seconds[0]);
  const last = timeOf(hours.at(-1), minutes.at(-1), seconds.at(-1));
  if (step !== undefined && first === 0 && last + step === DAY) return `every ${stepWords(step)}`;
  if (seconds.length * minutes.length * hours.length <= MAX_LISTED_TIMES) {
    return `at ${list(clocks(timesOfDay(seconds, minutes, hours)))}`;
  }
  if (step !== undefined) return `every ${stepWords(step)} from ${clocks([first, last]).join(' to ')}`;
  return partsOfTimeWords(seconds, minutes, hours);
}

/** `at seconds 10 and 20 of minute 5 of hours 1 to 5`: for too many uneven times of a day. */
function partsOfTimeWords(seconds: readonly number[], minutes: readonly number[], hours: readonly number[]): string {
  const ofHours = ` of ${ofWhich('hour', hours, 24)}`;
  if (seconds.length === 1 && seconds[0] === 0) return everyOrAt('minute', minutes) + ofHours;
  const ofMinutes = `${everyOrAt('second', seconds)} of ${ofWhich('minute', minutes, 60)}`;
  return minutes.length === 60 && hours.length === 24 ? ofMinutes : ofMinutes + ofHours;
}

function everyOrAt(unit: string, values: readonly number[]): string {
  const [step = 60] = differences([...values, 60]);
  const isEven = values[0] === 0 && values.length * step === 60 && step < 60;
  if (isEven && differences(values).every((difference) => difference === step)) {
    return `every ${step === 1 ? unit : `${step} ${unit}s`}`;
  }
  return `at ${named(unit, values)}`;
}

function ofWhich(unit: string, values: readonly number[], all: number): string {
  return values.length === all ? `every ${unit}` : named(unit, values);
}

function named(unit: string, values: readonly number[]): string {
  return `${unit}${values.length === 1 ? '' : 's'} ${list(runs(values, String, 'to'))}`;
}

/** Milliseconds between the times of a day; undefined if these are uneven, or only one. */
function evenStep(...[seconds, minutes, hours]: (readonly number[])[]): number | undefined {
  let [last, step]: (number | undefined)[] = [];
  for (const hour of hours ?? []) {
    for (const minute of minutes ?? []) {
      for (const second of seconds ?? []) {
        const time = timeOf(hour, minute, second);
        if (last !== undefined) {
          step ??= time - last;
          if (time - last !== step) return undefined;
        }
        last = time;
      }
    }
  }
  return step;
}

function timesOfDay(seconds: readonly number[], minutes: readonly number[], hours: readonly number[]): number[] {
  return hours.flatMap((hour) => minutes.flatMap((minute) => seconds.map((second) => timeOf(hour, minute, second))));
}

function timeOf(hour = 0, minute = 0, second = 0): number {
  return hour * HOUR + minute * MINUTE + second * SECOND;
}

function stepWords(step: number): string {
  const [unit, size] =
    step % HOUR === 0 ? ['hour', HOUR] : step % MINUTE === 0 ? ['minute', MINUTE] : ['second', SECOND];
  return step === size ? String(unit) : `${step / Number(size)} ${unit}s`;
}

/** `03:00`, with seconds where one of the times has some: `03:00:30`. */
function clocks(times: readonly number[]): string[] {
  const length = times.every((time) => time % MINUTE === 0) ? 'hh:mm'.length : 'hh:mm:ss'.length;
  return times.map((time) => new Date(time).toISOString().slice('yyyy-mm-ddT'.length).slice(0, length));
}

function dayWords({ days, weekdays, dayRule }: CronFields): string[] {
  const [anyDay, anyWeekday] = [days.numbers.length === 31, weekdays.numbers.length === 7];
  if (anyDay && anyWeekday) return [];
  if (dayRule === 'either')
    return anyDay || anyWeekday ? [] : [`${daysOfMonthWords(days)} or ${weekdayWords(weekdays)}`];
  if (anyDay) return [weekdayWords(weekdays)];
  return anyWeekday ? [daysOfMonthWords(days)] : [`${daysOfMonthWords(days)}, but only ${weekdayWords(weekdays)}`];
}

export function daysOfMonthWords({ numbers, last, lastWorkday, nearestWorkdays }: DaysOfMonth): string {
  const plain = numbers.length > 0 ? [`on ${named('day', numbers)} of the month`] : [];
  const nearest = nearestWorkdays.map((day) => `on the weekday (Monday to Friday) nearest to day ${day} of the month`);
  return list([
    ...plain,
    ...(last ? ['on the last day of the month'] : []),
    ...(lastWorkday ? ['on the last weekday (Monday to Friday) of the month'] : []),
    ...nearest,
  ]);
}

export function weekdayWords({ numbers, occurrences }: Weekdays): string {
  // A week begins on Monday in words, so that a weekend is a range.
  const fromMonday = numbers.map((weekday) => weekday || 7).sort((a, b) => a - b);
  const spans = runs(fromMonday, (weekday) => WEEKDAYS[weekday % 7] ?? '', 'through');
  const isOneRange = spans.length === 1 && numbers.length > 1;
  const plain = numbers.length > 0 ? [isOneRange ? String(spans[0]) : `on ${list(spans)}`] : [];
  const numbered = occurrences.map(({ weekday, occurrence }) => {
    return `on the ${occurrence === 'last' ? 'last' : ORDINALS[occurrence]} ${WEEKDAYS[weekday]} of the month`;
  });
  return list([...plain, ...numbered]);
}

function monthWords(months: readonly number[]): string[] {
  return months.length === 12 ? [] : [`in ${list(runs(months, (month) => MONTHS[month - 1] ?? '', 'through'))}`];
}

/** Three and more neighbours are a range: `1 to 5`. */
function runs(values: readonly number[], name: (value: number) => string, to: string): string[] {
  const groups: number[][] = [];
  for (const value of values) {
    const group = groups.at(-1);
    if (group?.at(-1) === value - 1) group.push(value);
    else groups.push([value]);
  }
  return groups.flatMap((group) => {
    const names = group.map(name);
    return names.length < 3 ? names : [`${names[0]} ${to} ${names.at(-1)}`];
  });
}

function list(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

function differences(values: readonly number[]): number[] {
  return values.slice(1).map((value, index) => value - (values[index] ?? 0));
}
