import { DAY, HOUR } from '../../time/duration.js';

const FAILED_RUNS = 5;
const CRASHES = 3;

/**
 * Until when an item with this record is left alone: an hour from its fifth failed run or third
 * crash in a row, twice as long after each further one, a day at most. Null as long as it has
 * further chances.
 */
export function quarantinedUntil(record: { failed_runs: number; crashes: number }, now: number): number | null {
  const excess = Math.max(record.failed_runs - FAILED_RUNS, record.crashes - CRASHES);
  return excess < 0 ? null : now + Math.min(HOUR * 2 ** excess, DAY);
}
