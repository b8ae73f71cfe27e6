const FIRST_PATIENCE_SECONDS = 0.4;
const MAX_PATIENCE_SECONDS = 1.25;
const PATIENCE_GROWTH = 1.5;
/** Below this rate patience grows with the root of the spacing, and lasts a number of requests. */
const SLOW_PER_SECOND = 20;
const MIN_PATIENCE_REQUESTS = 4;
/** How far below and above the quota the curve moves: while the quota is new, and later. */
const SWING = 0.12;
const SETTLED_SWING = 0.05;
/** Estimates that differ by less agree. */
const AGREEMENT = 0.06;
const ACCELERATION_SECONDS = 1.4;

/**
 * The rate around a quota: from a little below in a straight line through the quota to as much
 * above, so that the mean is the quota and the next refusal comes in time to confirm it. If it does
 * not come, the quota has risen: from there the rate accelerates with the cube of time, as CUBIC
 * does (RFC 9438), and has five times the quota within three seconds.
 *
 * The time to the quota is its patience. It is short while estimates differ, and grows as they
 * agree, as the stay of the concurrency limit does. Time passes only while the rate is what holds
 * requests back: an idle process learns nothing and does not grow.
 *
 * CUBIC itself, AIMD and steps from a proven rate were tried and not taken: they forget the quota
 * (a third to a half of it is lost), or take a rate for proven that only a burst has let through.
 */
export class RateCurve {
  private base = 0;
  private patience = FIRST_PATIENCE_SECONDS;
  private age = 0;

  /** Requests a second; 0 before the first `settle`. */
  get quota(): number {
    return this.base;
  }

  /** Its estimates agree. */
  get isSettled(): boolean {
    return this.patience >= MAX_PATIENCE_SECONDS;
  }

  /** Infinity before the first `settle`. */
  get perSecond(): number {
    if (this.base === 0) return Infinity;
    const rise = this.riseSeconds;
    const swing = this.isSettled ? SETTLED_SWING : SWING;
    const line = this.base * (1 - swing + (swing * this.age) / rise);
    if (this.age <= 2 * rise) return line;
    return line + this.base * ((this.age - 2 * rise) / (ACCELERATION_SECONDS * this.stretch)) ** 3;
  }

  started(spacingMs: number): void {
    this.age += spacingMs / 1_000;
  }

  /** Goes on from just below this quota. */
  settle(quota: number): void {
    const agrees = Math.abs(quota / this.base - 1) < AGREEMENT;
    this.patience = agrees ? Math.min(MAX_PATIENCE_SECONDS, this.patience * PATIENCE_GROWTH) : FIRST_PATIENCE_SECONDS;
    this.resume(quota);
  }

  /** The quota is new or in doubt. */
  loseCertainty(): void {
    this.patience = FIRST_PATIENCE_SECONDS;
  }

  /** Refusals are expensive where each costs a pause. */
  waitAtLeast(milliseconds: number): void {
    this.patience = Math.max(this.patience, milliseconds / 1_000);
  }

  resume(quota: number): void {
    this.base = quota;
    this.age = 0;
  }

  private get riseSeconds(): number {
    return Math.max(this.patience * this.stretch, MIN_PATIENCE_REQUESTS / this.base);
  }

  private get stretch(): number {
    return Math.max(1, Math.sqrt(SLOW_PER_SECOND / this.base));
  }
}
