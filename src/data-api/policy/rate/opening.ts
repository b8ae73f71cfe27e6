const FIRST_IN_FLIGHT = 4;
/** Where the concurrency limit starts, which takes over from here. */
const LAST_IN_FLIGHT = 16;
const MIN_STEP_MS = 20;
const MAX_BURST_MS = 1_000;

/**
 * Requests before the first refusal. The first ones to an upstream that is not known yet are few at
 * once: when the first one is refused, all that are in flight are, and so the number in flight is
 * what a limit costs to find. It doubles with the passes, as TCP does, but at most every 20 ms: a
 * near upstream with a quota of a hundred has told of it by then, and one without a limit loses
 * those milliseconds once.
 */
export class Opening {
  /** Requests that may be in flight. Infinity: it is over. */
  limit = FIRST_IN_FLIGHT;
  private passes = 0;
  private steppedAt = -Infinity;
  private burstSince = -Infinity;
  private burstPasses = 0;

  /**
   * Requests that have passed within a second. When the first refusal comes, that is about what the
   * limiter lets through at once, on top of its quota.
   */
  get burst(): number {
    return this.burstPasses;
  }

  passed(now: number): void {
    if (now - this.burstSince > MAX_BURST_MS) {
      this.burstSince = now;
      this.burstPasses = 0;
    }
    this.burstPasses++;
    if (this.limit < Infinity) this.grow(now);
  }

  end(): void {
    this.limit = Infinity;
  }

  private grow(now: number): void {
    if (this.steppedAt === -Infinity) this.steppedAt = now;
    if (++this.passes < this.limit || now - this.steppedAt < MIN_STEP_MS) return;
    this.limit = this.limit * 2 < LAST_IN_FLIGHT ? this.limit * 2 : Infinity;
    this.passes = 0;
    this.steppedAt = now;
  }
}
