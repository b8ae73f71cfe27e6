import { jest } from '@jest/globals';
import { AFTER_REFUSAL, attemptsOf, backoff } from './backoff.js';

const bound = (...parameters: Parameters<typeof backoff>) => {
  jest.spyOn(Math, 'random').mockReturnValue(1);
  return backoff(...parameters);
};

describe('backoff', () => {
  afterEach(() => jest.restoreAllMocks());

  it('doubles its bound from 200 ms, and from 1 s after a refusal', () => {
    expect([1, 2, 3].map((attempt) => bound(undefined, attempt))).toEqual([200, 400, 800]);
    expect([1, 2, 3].map((attempt) => bound(AFTER_REFUSAL, attempt))).toEqual([1_000, 2_000, 4_000]);
  });

  it('is bound by 5 s and 10 s for the policy of the sync', () => {
    const sync = { attempts: 3, baseDelay: 5_000, factor: 2 };
    expect([1, 2].map((attempt) => bound(sync, attempt))).toEqual([5_000, 10_000]);
  });

  it('never exceeds 20 s, however many attempts there were', () => {
    expect(bound({ baseDelay: 5_000, factor: 10 }, 5_000)).toBe(20_000);
  });

  it('draws from the whole range below its bound', () => {
    const drawn = Array.from({ length: 1_000 }, () => backoff(undefined, 1));
    expect(Math.min(...drawn)).toBeLessThan(20);
    expect(Math.max(...drawn)).toBeGreaterThan(180);
    expect(drawn.every((delay) => delay >= 0 && delay < 200)).toBe(true);
  });
});

describe('attemptsOf', () => {
  it('is three unless the policy says otherwise, and at least one', () => {
    expect([undefined, {}, { attempts: 7 }, { attempts: 0 }, { attempts: NaN }].map(attemptsOf)).toEqual([
      3, 3, 7, 1, 1,
    ]);
  });
});
