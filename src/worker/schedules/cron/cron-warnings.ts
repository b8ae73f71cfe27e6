import { WEEKDAY_NAMES } from './cron-field.js';
import type { CronFields } from './cron-fields.js';
import { daysOfMonthWords, weekdayWords } from './cron-words.js';

/** Something valid that other schedulers, or most readers, understand otherwise. */
export interface CronWarning {
  /** What it means here, to follow the expression: `due on …`. */
  readonly means: string;
  /** What to write where something else was meant. */
  readonly instead: string;
}

export function cronWarnings(text: string, fields: CronFields): CronWarning[] {
  const typed = text.split(' ');
  // A nickname is nobody's slip.
  return typed.length < 5 ? [] : [...quartzWeekdays(typed, fields), ...eitherOr(typed, fields)];
}

/** `?` comes from Quartz and EventBridge, and so may the numbers of the weekdays beside it. */
function quartzWeekdays(typed: readonly string[], { weekdays }: CronFields): CronWarning[] {
  const [number] = /\d/.exec(typed.at(-1)?.replace(/[#/].*/, '') ?? '') ?? [];
  if (typed.at(-3) !== '?' || number === undefined) return [];
  const weekday = Number(number) % 7;
  const { numbers, occurrences } = weekdays;
  const names = [...numbers, ...occurrences.map((each) => each.weekday)].map((each) => WEEKDAY_NAMES[each]);
  return [
    {
      means: `where ${number} is ${weekdayWords({ numbers: [weekday], occurrences: [] }).replace('on ', '')}, while Quartz and EventBridge count from Sunday = 1`,
      instead: `weekdays by name (${names.join(',')} as it is)`,
    },
  ];
}

/** Two limits that look as if both had to hold. */
function eitherOr(typed: readonly string[], { days, weekdays, dayRule }: CronFields): CronWarning[] {
  if (dayRule === 'both') return [];
  const [day = '', weekday = ''] = [typed.at(-3), typed.at(-1)];
  if (days.numbers.length === 31) return [notAStar(typed, day, { day: '*' })];
  if (weekdays.numbers.length === 7) return [notAStar(typed, weekday, { weekday: '*' })];
  const means = `due ${daysOfMonthWords(days)} or ${weekdayWords(weekdays)}`;
  const week = weekOfMonth(days.numbers);
  if (week !== undefined && weekdays.numbers.length === 1 && weekdays.occurrences.length === 0) {
    const instead = rewrite(typed, { day: '*', weekday: `${weekday}#${week}` });
    const only = weekdayWords({ numbers: [], occurrences: [{ weekday: weekdays.numbers[0] ?? 0, occurrence: week }] });
    return [{ means, instead: `${instead} to be due only ${only}` }];
  }
  return [{ means, instead: `${rewrite(typed, { weekday: `+${weekday}` })} to be due on days that are both` }];
}

function notAStar(typed: readonly string[], field: string, star: Replacement): CronWarning {
  return {
    means: `due every day, since ${field} is not a star and the two day fields are either-or`,
    instead: `${rewrite(typed, star)} to leave the choice to the other day field`,
  };
}

/** 1 for the days 1 to 7, 2 for 8 to 14: a week that has each weekday once. */
function weekOfMonth(days: readonly number[]): number | undefined {
  const [first = 0] = days;
  const isWeek = days.length === 7 && days[6] === first + 6 && first % 7 === 1 && first < 29;
  return isWeek ? (first + 6) / 7 : undefined;
}

interface Replacement {
  readonly day?: string;
  readonly weekday?: string;
}

function rewrite(typed: readonly string[], { day, weekday }: Replacement): string {
  const fields = [...typed];
  if (day !== undefined) fields[fields.length - 3] = day;
  if (weekday !== undefined) fields[fields.length - 1] = weekday;
  return fields.join(' ');
}
