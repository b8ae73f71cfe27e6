/** With fewer passes between two refusals their number says little. */
const MIN_PASSES = 8;
/** Starts of this many last passes are kept; a power of two. */
const KEPT_STARTS = 64;
const MIN_STARTS = 4;
/** Of the time between two refusals; with more of it lost, requests were too few. */
const MAX_LOST = 0.1;
/** What requests that were too few to fill the quota let the rate fall to. */
const UNFILLED = 0.9;
/** Of a rate beyond which refusals have come twice. */
const REPEATED = 0.97;
/** A rate that passed is worth more than the mean if it is above it by more than this… */
const MIN_GAIN = 1.02;
/** …and where refusals come at the same rate as the last one… */
const SAME_RATE = 0.06;
/** …or after certainty at one so much higher that the quota must have risen. */
const RISEN = 1.2;

/** What a refusal has shown. */
interface Estimate {
  /** Requests a second. */
  readonly quota: number;
  /** False when too few have passed, and `quota` only bounds what it can be. */
  readonly isFirm: boolean;
}

/**
 * What a limiter's quota is, from its refusals. At the moment of a refusal its memory is full,
 * whether it is a bucket or a window. So **what passed between two refusals, divided by the time
 * between them, is the quota**, however large the bucket is, and at any rates in between.
 *
 * It comes out too low when the quota has risen meanwhile, and behind a limiter without a bucket,
 * which loses the time that is left unused. There the quota is the rate of the last passes, less
 * what a bucket can have added to them: what passed at once before the first refusal.
 */
export class QuotaEstimate {
  /** Requests that the limiter lets through at once. */
  burst = 1;
  private since = 0;
  private passes = 0;
  private lostMs = 0;
  private lastRefusedPerSecond = 0;
  private readonly starts = new Float64Array(KEPT_STARTS);
  private started = 0;

  /** The limiter's memory is full now, but for one request that has just passed. */
  begin(startedAt: number): void {
    this.reset(startedAt);
    this.passed(startedAt);
  }

  passed(startedAt: number): void {
    this.passes++;
    this.starts[this.started++ % KEPT_STARTS] = startedAt - this.lostMs;
  }

  /** Time in which the rate held nothing back. */
  lost(milliseconds: number): void {
    this.lostMs += milliseconds;
  }

  /**
   * @param passedPerSecond the spacing at which the last passed request was sent
   * @param refusedPerSecond the one of the refused request
   * @param isSettled the estimates before this one agree
   */
  refused(now: number, passedPerSecond: number, refusedPerSecond: number, isSettled: boolean): Estimate {
    const seconds = (now - this.since - this.lostMs) / 1_000;
    if (this.passes < MIN_PASSES) return { quota: (this.passes + 1) / seconds, isFirm: false };
    const mean = (this.passes - 0.5) / seconds;
    const quota = this.filled(now)
      ? this.best(mean, passedPerSecond, refusedPerSecond, isSettled)
      : this.unfilled(mean, passedPerSecond, refusedPerSecond);
    this.lastRefusedPerSecond = refusedPerSecond;
    this.reset(now);
    return { quota, isFirm: true };
  }

  private best(mean: number, passedPerSecond: number, refusedPerSecond: number, isSettled: boolean): number {
    const recent = Math.min(this.recent(), passedPerSecond);
    if (recent <= MIN_GAIN * mean) return mean;
    const isFirst = this.lastRefusedPerSecond === 0;
    return isFirst || this.isSameRate(refusedPerSecond) || (isSettled && recent > RISEN * mean) ? recent : mean;
  }

  /**
   * With starts that were late or missing the mean is too low. What is refused at the same rate
   * again and again is refused for its spacing, which lateness does not change.
   */
  private unfilled(mean: number, passedPerSecond: number, refusedPerSecond: number): number {
    return this.isSameRate(refusedPerSecond) ? REPEATED * passedPerSecond : Math.min(mean, UNFILLED * passedPerSecond);
  }

  private isSameRate(refusedPerSecond: number): boolean {
    return Math.abs(refusedPerSecond / this.lastRefusedPerSecond - 1) < SAME_RATE;
  }

  private filled(now: number): boolean {
    return this.lostMs < MAX_LOST * (now - this.since);
  }

  /** Highest rate of any number of the last passes, a burst aside. */
  private recent(): number {
    const last = this.startOf(1);
    let highest = 0;
    for (let passes = MIN_STARTS; passes <= Math.min(KEPT_STARTS, this.started); passes++) {
      highest = Math.max(highest, ((passes - this.burst) / (last - this.startOf(passes))) * 1_000);
    }
    return highest;
  }

  /** Start of the request that is the given number from the end. */
  private startOf(fromEnd: number): number {
    return this.starts[(this.started - fromEnd) % KEPT_STARTS] ?? NaN;
  }

  private reset(now: number): void {
    this.since = now;
    this.passes = 0;
    this.lostMs = 0;
    this.started = 0;
  }
}
