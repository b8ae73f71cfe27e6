/** The time for which a host asked to be left alone, by whomever. */
export class UpstreamPause {
  /** On the clock of `performance.now()`. */
  until = 0;

  /** Never shortens a pause that is longer. */
  extend(milliseconds: number): void {
    if (milliseconds > 0) this.until = Math.max(this.until, performance.now() + milliseconds);
  }
}
