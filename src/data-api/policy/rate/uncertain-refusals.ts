/** A limiter refuses nearly all of what is sent beyond its quota. */
const MIN_IN_ROW = 6;
/** A quota that refusals lower so often in a row is none: it would have held. */
const MAX_FALLS = 8;
const FALL = 0.97;

/**
 * Refusals that may also be failures by chance, which come at any rate: following them would slow
 * an upstream down without an end. They mean a limit when nothing passes between some of them, and
 * none when the quota that they show falls and falls.
 */
export class UncertainRefusals {
  private inRow = 0;
  private falls = 0;
  private quota = Infinity;

  passed(): void {
    this.inRow = 0;
  }

  /** Call once for each while no limit is known. */
  areLimit(): boolean {
    if (++this.inRow < MIN_IN_ROW) return false;
    this.inRow = 0;
    return true;
  }

  /** Call once for each while one is known. */
  areRandom(quota: number): boolean {
    this.falls = quota < FALL * this.quota ? this.falls + 1 : 0;
    this.quota = quota;
    if (this.falls < MAX_FALLS) return false;
    this.falls = 0;
    this.quota = Infinity;
    return true;
  }
}
