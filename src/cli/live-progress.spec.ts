import { jest } from '@jest/globals';
import { silentLogger } from '../worker/testing/task-context.fake.js';
import { LiveProgress } from './live-progress.js';
import { loggerBesideProgress } from './logger-beside-progress.js';
import { aTerminal } from './testing/terminal.fake.js';

const CLEAR = '\r\u001b[2K';
const ITEMS = { total: 10, succeeded: 5, failed: 0, skipped: 0 };

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('live progress', () => {
  it('draws the same line again and again on a terminal, and leaves nothing behind', () => {
    const { terminal, stderr, stdout } = aTerminal(80);
    const progress = new LiveProgress('orders', terminal, true);
    progress.update(ITEMS);
    jest.advanceTimersByTime(200);
    expect(stderr().split(CLEAR)).toEqual(['', expect.stringContaining('5/10'), expect.stringContaining('5/10')]);
    progress.end();
    jest.advanceTimersByTime(1_000);
    expect(stderr().split(CLEAR)).toHaveLength(4);
    expect(stderr().endsWith(CLEAR)).toBe(true);
    expect(stdout()).toBe('');
  });

  it('draws only at its own beat, however often the run reports', () => {
    const { terminal, stderr } = aTerminal(80);
    const progress = new LiveProgress('orders', terminal, true);
    for (let report = 0; report < 1_000; report++) progress.update(ITEMS);
    jest.advanceTimersByTime(100);
    expect(stderr().split(CLEAR)).toHaveLength(2);
    progress.end();
  });

  it('writes a line every ten seconds where there is no terminal', () => {
    const { terminal, stderr } = aTerminal();
    const progress = new LiveProgress('orders', terminal, true);
    progress.update(ITEMS);
    jest.advanceTimersByTime(20_000);
    progress.end();
    expect(stderr()).toBe('orders  5/10  1/s  10.0s\norders  5/10  0/s  20.0s\n');
  });

  it('makes room for the log', () => {
    const { terminal, stderr } = aTerminal(80);
    const progress = new LiveProgress('orders', terminal, true);
    jest.advanceTimersByTime(100);
    const logger = loggerBesideProgress({ ...silentLogger, warn: () => terminal.say('a warning') }, progress);
    logger.warn('a warning');
    progress.end();
    expect(stderr()).toContain(`${CLEAR}a warning\n`);
  });
});
