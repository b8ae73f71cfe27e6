/** A limiter refuses nearly all of what is sent beyond its quota. */
const MIN_IN_ROW = 6;
/** Below its quota it refuses less than this share of what is sent. */
const MIN_SHARE = 0.1;
/** Refusals after which the share is looked at. */
const MIN_REFUSALS = 16;
/** The quota of a limiter does not fall to this part of what it was. */
const FALLEN = 0.5;

/**
 * Refusals that may also be failures by chance, which come at any rate: following them would slow
 * an upstream down without an end. They mean a limit when nothing passes between some of them, and
 * none when the quota that they show falls and their share of all answers does not.
 */
export class UncertainRefusals {
  private inRow = 0;
  private firstQuota = 0;
  private passes = 0;
  private refusals = 0;

  passed(): void {
    this.inRow = 0;
    this.passes++;
  }

  /** Call once for each while no limit is known. */
  areLimit(): boolean {
    if (++this.inRow < MIN_IN_ROW) return false;
    this.inRow = 0;
    this.lookAnew(0);
    return true;
  }

  /** Call once for each while one is known. */
  areRandom(quota: number): boolean {
    this.firstQuota ||= quota;
    if (++this.refusals < MIN_REFUSALS) return false;
    const isShareHigh = this.refusals > MIN_SHARE * (this.refusals + this.passes);
    const isRandom = isShareHigh && quota < FALLEN * this.firstQuota;
    this.lookAnew(isRandom ? 0 : quota);
    return isRandom;
  }

  private lookAnew(quota: number): void {
    this.refusals = this.passes = 0;
    this.firstQuota = quota;
  }
}
