/** A limiter refuses nearly all of what is sent beyond its quota. */
const MIN_IN_ROW = 6;
/** A quota that refusals lower so often in a row is none: it would have held. */
const MAX_FALLS = 8;
const FALL = 0.97;
/** Of what is sent below a known quota, a limiter refuses less… */
const MIN_SHARE = 0.1;
/** …in the mean over so many refusals, at the least… */
const MIN_REFUSALS = 16;
/** …and its quota does not fall to this part of what they began with. */
const FALLEN = 0.5;

/**
 * Refusals that may also be failures by chance, which come at any rate: following them would slow
 * an upstream down without an end. They mean a limit when nothing passes between some of them, and
 * none when the quota that they show falls and falls, or when they are as many however far it has
 * fallen.
 */
export class UncertainRefusals {
  private inRow = 0;
  private falls = 0;
  private quota = Infinity;
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
    this.beginAnew();
    return true;
  }

  /** Call once for each while one is known. */
  areRandom(quota: number): boolean {
    this.falls = quota < FALL * this.quota ? this.falls + 1 : 0;
    this.quota = quota;
    this.firstQuota ||= quota;
    this.refusals++;
    if (this.falls < MAX_FALLS && !this.areAsManyAsEver()) return false;
    this.beginAnew();
    return true;
  }

  private areAsManyAsEver(): boolean {
    if (this.refusals < MIN_REFUSALS) return false;
    const isRandom = this.refusals > MIN_SHARE * (this.refusals + this.passes) && this.quota < FALLEN * this.firstQuota;
    this.refusals = this.passes = 0;
    this.firstQuota = this.quota;
    return isRandom;
  }

  private beginAnew(): void {
    this.falls = this.refusals = this.passes = this.firstQuota = 0;
    this.quota = Infinity;
  }
}
