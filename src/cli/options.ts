import { InvalidArgumentError } from 'commander';
import { DAY, DURATION_EXAMPLES, parseDuration } from '../time/duration.js';
import { RUN_STATUSES, RUN_TRIGGERS } from '../runs/run.js';

const MAX_DURATION_MS = 3_650 * DAY;
const ISO_TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?$/;

export const JSON_OPTION = ['--json', 'print JSON'] as const;

export interface JsonOption {
  readonly json?: boolean;
}

export interface ActorOptions {
  readonly as?: string;
  readonly reason?: string;
}

/** Reads `30m` as milliseconds. */
export function duration(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined && milliseconds > 0 && milliseconds <= MAX_DURATION_MS) return milliseconds;
  throw new InvalidArgumentError(`Expected ${DURATION_EXAMPLES}, from 1ms to 3650d.`);
}

/** Reads a time of ISO 8601; without a zone it is that of the machine. */
export function instant(text: string): Date {
  return readInstant(text, '');
}

function readInstant(text: string, alternative: string): Date {
  const time = ISO_TIME.test(text) ? new Date(text.replace(' ', 'T')) : new Date(Number.NaN);
  if (!Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError(
    `Expected a time such as 2026-11-23T18:00Z or "2026-11-23 18:00" (local)${alternative}.`,
  );
}

/** Reads `a,b`; given twice, both count. */
export function list(text: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, ...text.split(',').filter((part) => part !== '')];
}

/** Reads a whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

/** Reads `since=2026-01-01`; what follows the first `=` is the value. */
export function parameter(
  text: string,
  previous: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) {
    throw new InvalidArgumentError('Expected KEY=VALUE, such as since=2026-01-01.');
  }
  if (previous.has(key)) throw new InvalidArgumentError(`The parameter ${key} is given twice.`);
  return new Map([...previous, [key, value]]);
}

/** Reads one or more of `known`, as in `failed,timed_out`; given twice, both count. */
function oneOrMore<Known extends string>(
  what: string,
  known: readonly Known[],
): (text: string, previous?: readonly Known[]) => readonly Known[] {
  const read = (text: string): Known => {
    const found = known.find((candidate) => candidate === text);
    if (found) return found;
    const expected = `Expected one or more of ${known.join(', ')}.`;
    throw new InvalidArgumentError(`${JSON.stringify(text)} is not a ${what}. ${expected}`);
  };
  return (text, previous = []) => [...new Set([...previous, ...text.split(',').map((part) => read(part.trim()))])];
}

export const statuses = oneOrMore('status', RUN_STATUSES);
export const triggers = oneOrMore('trigger', RUN_TRIGGERS);

/** Reads a time, or how long ago it was: `2h`. */
export function instantOrAgo(text: string): Date {
  const ago = parseDuration(text);
  if (ago !== undefined && ago <= MAX_DURATION_MS) return new Date(Date.now() - ago);
  return readInstant(text, ', or how long ago: 2h');
}
