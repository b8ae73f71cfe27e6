import { DAY, formatDuration } from '../../time/duration.js';
import type { Schedule } from './schedule.js';

/** Shorter ones would leave no time for the two durable commits of a run. */
const MIN_INTERVAL_MS = 100;

/** A century, more or less: longer ones are slips. */
const MAX_INTERVAL_MS = 36_500 * DAY;

const WORDS: Readonly<Record<string, string>> = { ms: 'millisecond', s: 'second', m: 'minute', h: 'hour', d: 'day' };

/**
 * Every so many milliseconds, on a grid that starts at the Unix epoch: restarts and other processes
 * come to the same slots, and no drift adds up.
 */
export class IntervalSchedule implements Schedule {
  /** What a length has to be, for messages. */
  static readonly range = `from ${formatDuration(MIN_INTERVAL_MS)} to ${formatDuration(MAX_INTERVAL_MS)}`;

  readonly text: string;
  readonly timezone = 'UTC';
  readonly description: string;

  /** Whether this is a whole number of milliseconds within the range. */
  static accepts(length: unknown): length is number {
    return Number.isInteger(length) && Number(length) >= MIN_INTERVAL_MS && Number(length) <= MAX_INTERVAL_MS;
  }

  /** `length` has to be accepted. */
  constructor(private readonly length: number) {
    this.text = `every ${formatDuration(length)}`;
    this.description = describeInterval(length);
  }

  next(after: number): number {
    return (Math.floor(after / this.length) + 1) * this.length;
  }

  between(after: number, until: number, limit: number): { slots: number[]; omitted: number } {
    const newest = Math.floor(until / this.length);
    const count = Math.max(0, newest - Math.floor(after / this.length));
    const kept = Math.min(count, limit);
    const slots = Array.from({ length: kept }, (_, index) => (newest - kept + 1 + index) * this.length);
    return { slots, omitted: count - kept };
  }
}

/** `every 5 minutes`, `every hour`. */
function describeInterval(milliseconds: number): string {
  const [, amount = '', unit = ''] = /^(\d+)(\D+)$/.exec(formatDuration(milliseconds)) ?? [];
  const word = WORDS[unit] ?? unit;
  return amount === '1' ? `every ${word}` : `every ${amount} ${word}s`;
}
