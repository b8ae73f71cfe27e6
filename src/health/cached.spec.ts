import { jest } from '@jest/globals';
import { Cached } from './cached.js';

describe('Cached', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('fetches once for all who ask while it is fetching and until it expires', async () => {
    const fetch = jest.fn<() => Promise<number>>().mockResolvedValueOnce(1).mockResolvedValueOnce(2);
    const cached = new Cached(3_000, fetch);
    await expect(Promise.all([cached.get(), cached.get()])).resolves.toEqual([1, 1]);
    jest.advanceTimersByTime(2_999);
    await expect(cached.get()).resolves.toBe(1);
    jest.advanceTimersByTime(1);
    await expect(cached.get()).resolves.toBe(2);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it('asks again after a failure', async () => {
    const fetch = jest.fn<() => Promise<number>>().mockRejectedValueOnce(new Error('busy')).mockResolvedValueOnce(2);
    const cached = new Cached(3_000, fetch);
    await expect(cached.get()).rejects.toThrow('busy');
    await expect(cached.get()).resolves.toBe(2);
  });
});
