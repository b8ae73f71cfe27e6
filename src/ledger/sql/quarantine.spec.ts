import { HOUR } from '../../time/duration.js';
import { quarantinedUntil } from './quarantine.js';

const NOW = 1_000_000;

describe('an item is left alone', () => {
  it.each([
    [4, 0, null],
    [5, 0, HOUR],
    [6, 0, 2 * HOUR],
    [9, 0, 16 * HOUR],
    [10, 0, 24 * HOUR],
    [5_000, 0, 24 * HOUR],
    [0, 2, null],
    [0, 3, HOUR],
    [4, 4, 2 * HOUR],
    [6, 3, 2 * HOUR],
  ])('after %i failed runs and %i crashes for %s ms', (failed_runs, crashes, cooldown) => {
    expect(quarantinedUntil({ failed_runs, crashes }, NOW)).toBe(cooldown === null ? null : NOW + cooldown);
  });
});
