/** At most this much of a start's lateness is made up for by the next one… */
const MAX_MADE_UP_MS = 5;
/** …and the less, the longer the spacing: lateness times spacing, in square milliseconds. */
const MADE_UP_TIMES_SPACING = 5;

/**
 * Keeps starts one spacing apart. Timers are a millisecond or two late: that is much of a short
 * spacing, and made up for; of a long one it is nothing, and a start that comes too early is what a
 * limiter without a burst refuses. Idleness is never made up for, so starts do not bunch.
 */
export class StartSpacing {
  private dueAt = -Infinity;

  get nextAt(): number {
    return this.dueAt;
  }

  resumeAt(at: number): void {
    this.dueAt = at;
  }

  /** For a rate that has grown since the next start was set. */
  bringForwardTo(at: number): void {
    this.dueAt = Math.min(this.dueAt, at);
  }

  /** @returns milliseconds of lateness that are lost, not made up for. */
  started(now: number, perSecond: number): number {
    const spacingMs = 1_000 / perSecond;
    const madeUpMs = Math.min(MAX_MADE_UP_MS, MADE_UP_TIMES_SPACING / spacingMs);
    const lostMs = Math.max(0, now - madeUpMs - this.dueAt);
    this.dueAt = Math.max(this.dueAt, now - madeUpMs) + spacingMs;
    return lostMs;
  }
}
