import { jest } from '@jest/globals';
import { sleep } from './sleep.js';

describe('sleep', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('ends after its time, and leaves no timer', async () => {
    const slept = sleep(1_000, new AbortController().signal);
    await jest.advanceTimersByTimeAsync(1_000);
    await expect(slept).resolves.toBeUndefined();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends at once with the reason of its signal, and leaves no timer', async () => {
    const abort = new AbortController();
    const slept = sleep(1_000, abort.signal);
    abort.abort(new Error('shutdown'));
    await expect(slept).rejects.toThrow('shutdown');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('does not begin when its signal has aborted', async () => {
    await expect(sleep(1_000, AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
    expect(jest.getTimerCount()).toBe(0);
  });
});
