import { NO_COLORS } from './format/colors.js';
import { displayWidth } from '../runs/display-width.js';
import { progressLine } from './progress-line.js';

const ITEMS = { total: 1_000, succeeded: 600, failed: 3, skipped: 9 };

describe('the line of progress', () => {
  it('has a bar, the counts, the rate and the time where a person watches', () => {
    expect(progressLine({ task: 'orders', items: ITEMS, totalKnown: true, elapsed: 6_000 }, NO_COLORS, 100)).toBe(
      'orders  ██████████████░░░░░░░░░░  612/1,000  3 failed  9 skipped  102/s  6.0s',
    );
  });

  it('does without the bar where nobody watches', () => {
    expect(progressLine({ task: 'orders', items: ITEMS, totalKnown: true, elapsed: 6_000 }, NO_COLORS, null)).toBe(
      'orders  612/1,000  3 failed  9 skipped  102/s  6.0s',
    );
  });

  it('shows no total, and no bar, where more items may follow', () => {
    const progress = { task: 'orders', items: ITEMS, totalKnown: false, elapsed: 6_000 };
    expect(progressLine(progress, NO_COLORS, 100)).toBe('orders  612 done  3 failed  9 skipped  102/s  6.0s');
  });

  it('names no rate before there is a second to judge by', () => {
    const items = { total: 10, succeeded: 5, failed: 0, skipped: 0 };
    expect(progressLine({ task: 'orders', items, totalKnown: true, elapsed: 500 }, NO_COLORS, null)).toBe(
      'orders  5/10  500ms',
    );
  });

  it('tells the time for a task without items', () => {
    expect(progressLine({ task: 'sync', items: null, totalKnown: true, elapsed: 61_000 }, NO_COLORS, 80)).toBe(
      'sync  1m 01s',
    );
  });

  it.each([0, 1, 10, 20, 40, 60, 80])('never takes more than %d columns', (width) => {
    const line = progressLine(
      { task: 'process_pending_orders', items: ITEMS, totalKnown: true, elapsed: 6_000 },
      NO_COLORS,
      width,
    );
    expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });

  it.each([
    { total: 0, succeeded: 0, failed: 0, skipped: 0 },
    { total: 1, succeeded: 5, failed: 0, skipped: 0 },
  ])('stands counts that make no sense yet: %j', (items) => {
    expect(progressLine({ task: 'orders', items, totalKnown: true, elapsed: 0 }, NO_COLORS, 80)).toMatch(
      /^orders {2}[█░]{24} {2}/,
    );
  });
});
