import type { RetryPolicy } from '../../worker/authoring/retry-policy.js';

const DEFAULT_ATTEMPTS = 3;
const DEFAULT_FACTOR = 2;
const DEFAULT_BASE_DELAY_MS = 200;
const MAX_DELAY_MS = 20_000;

/** A server that counts requests needs time to forget them. */
export const AFTER_REFUSAL: RetryPolicy = { baseDelay: 1_000 };

/** Requests in all; at least one. */
export function attemptsOf(policy: RetryPolicy | undefined): number {
  const attempts = policy?.attempts ?? DEFAULT_ATTEMPTS;
  return attempts >= 1 ? attempts : 1;
}

/**
 * Milliseconds to wait after attempt number `attempt` (from 1) has failed, drawn evenly from zero
 * to the bound ("full jitter"): requests that failed together do not come back together.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoff(policy: RetryPolicy | undefined, attempt: number): number {
  const base = policy?.baseDelay ?? DEFAULT_BASE_DELAY_MS;
  const bound = base * (policy?.factor ?? DEFAULT_FACTOR) ** (attempt - 1);
  return Math.random() * Math.min(MAX_DELAY_MS, bound);
}
