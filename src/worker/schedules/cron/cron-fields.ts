import {
  type CronFieldKind,
  type CronItem,
  DAY_FIELD,
  HOUR_FIELD,
  MINUTE_FIELD,
  MONTH_FIELD,
  parseItem,
  parseValue,
  SECOND_FIELD,
  WEEKDAY_FIELD,
} from './cron-field.js';

/** Days of a month, as the field of it names them. */
export interface DaysOfMonth {
  /** 1 to 31. */
  readonly numbers: readonly number[];
  /** `L` */
  readonly last: boolean;
  /** `LW`: the last one that is not a Saturday or Sunday. */
  readonly lastWorkday: boolean;
  /** `15W`: the nearest in the month that is not a Saturday or Sunday. */
  readonly nearestWorkdays: readonly number[];
}

/** Weekdays, as the field of it names them; 0 is Sunday. */
export interface Weekdays {
  readonly numbers: readonly number[];
  /** `1#2` is the second Monday of a month, `5L` the last Friday. */
  readonly occurrences: readonly { readonly weekday: number; readonly occurrence: number | 'last' }[];
}

/** A cron expression, read. All numbers are ascending and distinct. */
export interface CronFields {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: DaysOfMonth;
  /** 1 to 12. */
  readonly months: readonly number[];
  readonly weekdays: Weekdays;
  /**
   * How the two day fields combine: `both` where one of them is a star (and so leaves the choice to
   * the other) or the weekday begins with `+`, else `either`.
   */
  readonly dayRule: 'both' | 'either';
  /** The minute field has a `*` or its whole range, with or without a step: `0-59/10`. */
  readonly hasWildcardMinute: boolean;
}

const NICKNAMES: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

/** No list of all values is longer. */
export const MAX_EXPRESSION_CHARACTERS = 1_000;

/** Throws a `SyntaxError` that names the field and what was typed. */
export function parseCronFields(expression: string): CronFields {
  if (expression.length > MAX_EXPRESSION_CHARACTERS) {
    throw new SyntaxError(`it has more than ${MAX_EXPRESSION_CHARACTERS} characters`);
  }
  const fields = splitFields(expression);
  if (fields.length !== 6) throw new SyntaxError(`it has ${fields.length} fields`);
  const [second, minute, hour, day, month, weekday] = fields as [string, string, string, string, string, string];
  const minutes = parseList(minute, MINUTE_FIELD);
  const days = parseDays(day);
  const weekdays = parseWeekdays(weekday.replace(/^\+/, ''));
  return {
    seconds: valuesOf(parseList(second, SECOND_FIELD)),
    minutes: valuesOf(minutes),
    hours: valuesOf(parseList(hour, HOUR_FIELD)),
    days: days.days,
    months: valuesOf(parseList(month, MONTH_FIELD)),
    weekdays: weekdays.weekdays,
    dayRule: days.isStar || weekdays.isStar || weekday.startsWith('+') ? 'both' : 'either',
    hasWildcardMinute: minutes.some(({ isWildcard }) => isWildcard),
  };
}

/** The fields of an expression with the second in front, which most leave out. */
function splitFields(expression: string): string[] {
  const fields = (NICKNAMES.get(expression.toLowerCase()) ?? expression).split(/\s+/);
  return fields.length === 5 ? ['0', ...fields] : fields;
}

function parseList(text: string, kind: CronFieldKind): CronItem[] {
  return text.split(',').map((item) => {
    if (!item.includes('?')) return parseItem(item, kind);
    throw new SyntaxError(`${kind.label}: ? stands only in the two day fields`);
  });
}

function parseDays(text: string): { days: DaysOfMonth; isStar: boolean } {
  if (/^LW$/i.test(text)) return { days: { ...NO_DAYS, lastWorkday: true }, isStar: false };
  const items = text === '?' ? ['*'] : text.split(',');
  const nearest = items.filter((item) => /^\d+W$/i.test(item));
  const last = items.filter((item) => /^L$/i.test(item));
  const plain = items.filter((item) => !nearest.includes(item) && !last.includes(item)).map(parseDay);
  const days = {
    numbers: valuesOf(plain),
    last: last.length > 0,
    lastWorkday: false,
    nearestWorkdays: distinct(nearest.map((item) => parseValue(item.slice(0, -1), DAY_FIELD))),
  };
  return { days, isStar: plain.some(({ isStar }) => isStar) };
}

const NO_DAYS: DaysOfMonth = { numbers: [], last: false, lastWorkday: false, nearestWorkdays: [] };

function parseDay(item: string): CronItem {
  if (/^LW$/i.test(item)) throw new SyntaxError(`${DAY_FIELD.label}: LW stands alone`);
  checkQuestionMark(item, DAY_FIELD);
  return parseItem(item, DAY_FIELD);
}

function parseWeekdays(text: string): { weekdays: Weekdays; isStar: boolean } {
  const items = (text === '?' ? '*' : text).split(',').map(parseWeekday);
  const plain = items.filter(({ occurrence }) => occurrence === undefined);
  const occurrences = items.flatMap(({ values, occurrence }) =>
    occurrence === undefined ? [] : values.map((value) => ({ weekday: value % 7, occurrence })),
  );
  const numbers = distinct(plain.flatMap(({ values }) => values.map((value) => value % 7)));
  return { weekdays: { numbers, occurrences }, isStar: plain.some(({ isStar }) => isStar) };
}

function parseWeekday(item: string): CronItem {
  checkQuestionMark(item, WEEKDAY_FIELD);
  const [, span = '', mark = ''] = /^([^#]*?)(#.*|L)?$/i.exec(item) ?? [];
  if (mark === '' || span === '') return parseItem(item, WEEKDAY_FIELD);
  const occurrence = /^#?L$/i.test(mark) ? 'last' : Number(/^#([1-5])$/.exec(mark)?.[1]);
  if (Number.isNaN(occurrence)) {
    const typed = mark.slice(1) || '#';
    throw new SyntaxError(`${WEEKDAY_FIELD.label}: ${typed} in ${item} is not from 1 to 5 or L`);
  }
  return { ...parseItem(span, WEEKDAY_FIELD), isStar: false, occurrence };
}

function checkQuestionMark(item: string, { label }: CronFieldKind): void {
  if (item.includes('?')) throw new SyntaxError(`${label}: ? stands alone in one of the two day fields`);
}

function valuesOf(items: readonly CronItem[]): number[] {
  return distinct(items.flatMap(({ values }) => values));
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
