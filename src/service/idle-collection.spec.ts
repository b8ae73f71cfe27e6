import { jest } from '@jest/globals';
import { MINUTE } from '../time/duration.js';
import { collectWhileSmall } from './idle-collection.js';

const MEGABYTE = 1024 * 1024;

describe('A collection of garbage', () => {
  const gc = jest.fn<() => void>();
  const runtime = globalThis as { gc?: (() => void) | undefined };
  const original = runtime.gc;

  beforeEach(() => {
    jest.useFakeTimers();
    gc.mockReset();
    runtime.gc = gc;
  });

  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
    runtime.gc = original;
  });

  const heapOf = (megabytes: number) => {
    const usage = { ...process.memoryUsage(), heapUsed: megabytes * MEGABYTE };
    jest.spyOn(process, 'memoryUsage').mockReturnValue(usage);
  };

  it('happens every five minutes while the heap is small', () => {
    heapOf(40);
    collectWhileSmall();
    jest.advanceTimersByTime(15 * MINUTE);
    expect(gc).toHaveBeenCalledTimes(3);
  });

  it('is left to V8 while the heap is large', () => {
    heapOf(65);
    collectWhileSmall();
    jest.advanceTimersByTime(15 * MINUTE);
    expect(gc).not.toHaveBeenCalled();
  });

  it('is left to V8 where the program was started without --expose-gc', () => {
    runtime.gc = undefined;
    collectWhileSmall();
    expect(jest.getTimerCount()).toBe(0);
  });
});
