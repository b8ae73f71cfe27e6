/** What a field of a cron expression can hold. */
export interface CronFieldKind {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on, in capitals. */
  readonly names?: readonly string[];
  /** Unit of an interval that stands for a step too long for the field. */
  readonly unit?: 's' | 'm' | 'h' | 'd';
}

/** One item of the list that a field is. */
export interface CronItem {
  /** Ascending. */
  readonly values: readonly number[];
  /** `*` or the whole range spelt out, with or without a step. */
  readonly isWildcard: boolean;
  /** `*` by itself or by steps of 1: the field sets no limit. */
  readonly isStar: boolean;
  /** Which one of a month: 1 to 5, or the last. Weekdays only. */
  readonly occurrence?: number | 'last';
}

export const WEEKDAY_NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MONTH_NAMES = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

export const SECOND_FIELD: CronFieldKind = { label: 'second', min: 0, max: 59, unit: 's' };
export const MINUTE_FIELD: CronFieldKind = { label: 'minute', min: 0, max: 59, unit: 'm' };
export const HOUR_FIELD: CronFieldKind = { label: 'hour', min: 0, max: 23, unit: 'h' };
export const DAY_FIELD: CronFieldKind = { label: 'day of month', min: 1, max: 31, unit: 'd' };
export const MONTH_FIELD: CronFieldKind = { label: 'month', min: 1, max: 12, names: MONTH_NAMES };
/** Sunday is 0 and 7. */
export const WEEKDAY_FIELD: CronFieldKind = { label: 'weekday', min: 0, max: 7, names: WEEKDAY_NAMES };

/** Reads `*`, `5`, `1-5`, `MON`, with an optional step. Throws a `SyntaxError` that quotes it. */
export function parseItem(text: string, kind: CronFieldKind): CronItem {
  const [span = '', step, ...rest] = text.split('/');
  if (rest.length > 0) throw unreadable(text, kind);
  const { min, max } = kind;
  const [from, to] = parseSpan(span, step, kind);
  const by = step === undefined ? 1 : parseStep(step, kind);
  const isWildcard = span === '*' || (from === min && to >= lastDistinct(kind));
  const values = [];
  for (let value = from; value <= Math.min(to, max); value += by) values.push(value);
  return { values, isWildcard, isStar: span === '*' && by === 1 };
}

function parseSpan(span: string, step: string | undefined, kind: CronFieldKind): [number, number] {
  const { label, min, max } = kind;
  if (span === '*') return [min, lastDistinct(kind)];
  if (span === '' && step !== undefined) throw new SyntaxError(`${label}: /${step} lacks its range; write */${step}`);
  const [first = '', last, ...rest] = span.split('-');
  if (rest.length > 0 || first === '') throw unreadable(span, kind);
  const from = parseValue(first, kind, span);
  if (last === undefined && step !== undefined) {
    const instead = from === min ? `*/${step}` : `${first}-${max}/${step}`;
    throw new SyntaxError(`${label}: ${span}/${step} begins with a number; write ${instead}`);
  }
  const to = last === undefined ? from : parseLast(last, kind, span);
  if (from <= to) return [from, to];
  const [highest, lowest] = [kind.names?.[max - min] ?? max, kind.names?.[0] ?? min].map(String);
  const isNamed = !/\d/.test(span);
  const instead = isNamed
    ? `${range(first, highest ?? '')},${range(lowest ?? '', last ?? '')}`
    : `${range(first, String(lastDistinct(kind)))},${range(String(min), last ?? '')}`;
  throw new SyntaxError(`${label}: ${span} runs backwards; write ${instead}`);
}

/** Sunday ends a week as well as it begins one: `FRI-SUN`. */
function parseLast(text: string, kind: CronFieldKind, span: string): number {
  return kind === WEEKDAY_FIELD && /^sun$/i.test(text) ? kind.max : parseValue(text, kind, span);
}

/** One number or name; `span` is what it is a part of. */
export function parseValue(text: string, kind: CronFieldKind, span = text): number {
  const { label, min, max, names } = kind;
  const named = names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return min + named;
  if (!/^\d+$/.test(text)) throw unreadable(text, kind, span);
  const value = Number(text);
  if (value < min || value > max) throw new SyntaxError(`${label}: ${text} is not from ${min} to ${max}`);
  return value;
}

function parseStep(text: string, kind: CronFieldKind): number {
  if (!/^\d+$/.test(text)) throw unreadable(`/${text}`, kind);
  const step = Number(text);
  const { label, min, unit } = kind;
  const size = lastDistinct(kind) - min + 1;
  if (step === 0) throw new SyntaxError(`${label}: a step of 0 leads nowhere`);
  if (step <= size) return step;
  const instead = unit ? `write every ${text}${unit}` : `list the values`;
  throw new SyntaxError(`${label}: a step of ${text} is longer than the field, which has ${size} values; ${instead}`);
}

/** The highest value that is not another spelling of the lowest. */
function lastDistinct(kind: CronFieldKind): number {
  return kind === WEEKDAY_FIELD ? 6 : kind.max;
}

function range(from: string, to: string): string {
  return from === to ? from : `${from}-${to}`;
}

function unreadable(text: string, { label, min, max, names }: CronFieldKind, span = text): SyntaxError {
  if (span === '') return new SyntaxError(`${label}: an empty item`);
  const typed = text === span || text === '' ? span : `${text} in ${span}`;
  const orName = names ? ` or a name such as ${names[0]}` : '';
  return new SyntaxError(`${label}: ${typed} is not a number from ${min} to ${max}${orName}`);
}
