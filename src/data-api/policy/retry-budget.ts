/** Failed retries that are free, so that a lonely request has all its attempts; they come back one a second. */
const RESERVE = 10;
/** What a success is worth: retries that do not help stay near 10 % of the traffic. */
const PER_SUCCESS = 0.1;
const MOST = 100;

/**
 * Keeps retries from multiplying the load on a server that fails. A token bucket that only retries which fail take
 * from: those that succeed have earned their place, and under passing errors everything keeps all its attempts. When
 * it is empty, what fails is not tried again. (Finagle's retry budget and gRPC's retry throttling, which charge every
 * retry or failure, would give up on items under an error rate of 20 % that two retries cure.)
 */
export class RetryBudget {
  private tokens = RESERVE;
  private refilledAt = performance.now();

  allowsRetry(): boolean {
    this.refill();
    return this.tokens >= 1;
  }

  succeeded(): void {
    if (this.tokens < MOST) this.tokens += PER_SUCCESS;
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
    if (this.tokens < RESERVE) this.tokens = Math.min(RESERVE, this.tokens + earned);
  }
}
