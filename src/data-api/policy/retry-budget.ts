/**
 * Failed retries that are free, so that a lone request has all its attempts. One comes back a
 * second.
 */
const RESERVE_TOKENS = 10;
/** Retries that do not help stay near 10 % of the traffic. */
const TOKENS_PER_SUCCESS = 0.1;
const MAX_TOKENS = 100;

/**
 * Keeps retries from multiplying the load on a server that fails: a token bucket, and when it is
 * empty, what fails is not tried again. Only retries that fail take from it, so that under passing
 * errors every request keeps all its attempts. (Finagle's retry budget and gRPC's retry throttling
 * charge every retry or failure; at an error rate of 20 %, which two retries cure, they would give
 * up on items.)
 */
export class RetryBudget {
  private tokens = RESERVE_TOKENS;
  private refilledAt = performance.now();

  allowsRetry(): boolean {
    this.refill();
    return this.tokens >= 1;
  }

  succeeded(): void {
    if (this.tokens < MAX_TOKENS) this.tokens += TOKENS_PER_SUCCESS;
  }

  /** May leave a debt: retries that were allowed together fail together. */
  retryFailed(): void {
    this.refill();
    this.tokens--;
  }

  private refill(): void {
    const now = performance.now();
    const earned = (now - this.refilledAt) / 1_000;
    this.refilledAt = now;
    if (this.tokens < RESERVE_TOKENS) this.tokens = Math.min(RESERVE_TOKENS, this.tokens + earned);
  }
}
