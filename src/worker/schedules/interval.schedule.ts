import { formatDuration } from '../../config/duration.js';
import { describeInterval } from './interval/interval-description.js';
import type { Schedule } from './schedule.js';

/** Shorter ones would leave no time for the two durable commits of a run. */
export const SHORTEST_INTERVAL = 100;

/** Instants beyond this are no valid `Date` (ECMA-262 §21.4.1.1). */
const LAST_INSTANT = 8.64e15;

/**
 * Every so many milliseconds, on a grid that starts at the Unix epoch: restarts and other processes come to the same
 * slots, and no drift adds up.
 */
export class IntervalSchedule implements Schedule {
  readonly text: string;
  readonly timezone = 'UTC';
  readonly description: string;

  /** A whole number of milliseconds, at least `SHORTEST_INTERVAL`. */
  constructor(private readonly length: number) {
    this.text = `every ${formatDuration(length)}`;
    this.description = describeInterval(length);
  }

  next(after: number): number | null {
    const slot = (Math.floor(after / this.length) + 1) * this.length;
    return slot <= LAST_INSTANT ? slot : null;
  }

  between(after: number, until: number, limit: number): { slots: number[]; omitted: number } {
    const newest = Math.floor(until / this.length);
    const count = Math.max(0, newest - Math.floor(after / this.length));
    const kept = Math.min(count, limit);
    const slots = Array.from({ length: kept }, (_, index) => (newest - kept + 1 + index) * this.length);
    return { slots, omitted: count - kept };
  }
}
