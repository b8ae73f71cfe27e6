import { jest } from '@jest/globals';
import { HOUR, SECOND } from '../../time/duration.js';
import { RunDeadlines } from './run-deadlines.js';

let deadlines: RunDeadlines;
let expired: string[];

beforeEach(() => {
  jest.useFakeTimers();
  deadlines = new RunDeadlines();
  expired = [];
});

afterEach(() => {
  jest.useRealTimers();
});

const start = (name: string, timeout: number) => deadlines.start(timeout, () => expired.push(name));

describe('a deadline', () => {
  it('expires at its time, once', () => {
    start('a', SECOND);
    jest.advanceTimersByTime(SECOND - 1);
    expect(expired).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(expired).toEqual(['a']);
    jest.advanceTimersByTime(HOUR);
    expect(expired).toEqual(['a']);
  });

  it('does not expire when it is cancelled before', () => {
    start('a', SECOND)();
    jest.advanceTimersByTime(HOUR);
    expect(expired).toEqual([]);
  });

  it('expires in its turn, whichever was set first', () => {
    start('last', 3 * SECOND);
    start('first', SECOND);
    const cancel = start('none', 2 * SECOND);
    jest.advanceTimersByTime(SECOND);
    expect(expired).toEqual(['first']);
    cancel();
    jest.advanceTimersByTime(2 * SECOND);
    expect(expired).toEqual(['first', 'last']);
  });

  it('that comes after one that was met in time expires at its own time', () => {
    start('met', SECOND)();
    jest.advanceTimersByTime(SECOND / 2);
    start('later', SECOND);
    jest.advanceTimersByTime(SECOND - 1);
    expect(expired).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(expired).toEqual(['later']);
  });

  it('beyond what a timer can wait does not expire at once', () => {
    start('far', 2 ** 31 + SECOND);
    jest.advanceTimersByTime(2 ** 31 + SECOND - 1);
    expect(expired).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(expired).toEqual(['far']);
  });

  it('may start another as it expires', () => {
    deadlines.start(SECOND, () => start('second', SECOND));
    jest.advanceTimersByTime(SECOND);
    expect(expired).toEqual([]);
    jest.advanceTimersByTime(SECOND);
    expect(expired).toEqual(['second']);
  });
});

describe('the timer of the deadlines', () => {
  it('is one for all runs that end in time', () => {
    for (let run = 0; run < 100; run++) start('met', HOUR)();
    expect(jest.getTimerCount()).toBe(1);
  });

  it('keeps the process alive while a deadline is pending, and no longer', () => {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    const cancel = start('a', HOUR);
    const timer = timers.mock.results[0]?.value as NodeJS.Timeout;
    expect(timer.hasRef()).toBe(true);
    cancel();
    expect(timer.hasRef()).toBe(false);
    start('b', HOUR);
    expect(timer.hasRef()).toBe(true);
    timers.mockRestore();
  });
});
