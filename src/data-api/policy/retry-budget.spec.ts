import { jest } from '@jest/globals';
import { RetryBudget } from './retry-budget.js';

const times = (count: number, action: () => void) => {
  for (let done = 0; done < count; done++) action();
};

/** Retries that are allowed until the budget says no, when all of them fail. */
function failingRetries(budget: RetryBudget): number {
  let retries = 0;
  while (budget.allowsRetry()) {
    budget.retryFailed();
    retries++;
  }
  return retries;
}

describe('RetryBudget', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('always has a reserve for lonely requests', () => {
    expect(failingRetries(new RetryBudget())).toBe(10);
  });

  it('refills the reserve, and no more, as time goes by', () => {
    const budget = new RetryBudget();
    failingRetries(budget);
    jest.advanceTimersByTime(3_000);
    expect(failingRetries(budget)).toBe(3);
    jest.advanceTimersByTime(3_600_000);
    expect(failingRetries(budget)).toBe(10);
  });

  it('keeps retries that fail at a tenth of what succeeds', () => {
    const budget = new RetryBudget();
    failingRetries(budget);
    times(500, () => budget.succeeded());
    expect(failingRetries(budget)).toBeGreaterThanOrEqual(49);
    times(500, () => budget.succeeded());
    expect(failingRetries(budget)).toBeLessThanOrEqual(50);
  });

  it('saves up for bad times, but not for ever', () => {
    const budget = new RetryBudget();
    times(1_000_000, () => budget.succeeded());
    expect(failingRetries(budget)).toBe(100);
  });

  it('lets retries pay back what they owe before there are more', () => {
    const budget = new RetryBudget();
    times(30, () => budget.retryFailed());
    jest.advanceTimersByTime(15_000);
    expect(budget.allowsRetry()).toBe(false);
    times(61, () => budget.succeeded());
    expect(budget.allowsRetry()).toBe(true);
  });
});
