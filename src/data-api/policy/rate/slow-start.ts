const GROWTH_PER_PASS = 0.1;
/** Of a rate below one a second: its requests are too few to grow by tenths. */
const MAX_GROWTH_PER_PASS = 1;
const MAX_GROWTH_PER_ROUND_TRIP = 1.5;
/** Round trips this short end before the rate has grown by much. */
const MIN_ROUND_TRIP_MS = 5;

/**
 * Grows a rate that is known to be low by a tenth with every request that passes. While answers are
 * under way the rate must not run ahead of what they will say: half as much again per round trip.
 */
export class SlowStart {
  private roundEndsAt: number;
  private roundFrom: number;

  constructor(
    private rate: number,
    now: number,
    roundTripMs: number,
  ) {
    this.roundFrom = rate;
    this.roundEndsAt = now + roundTripMs;
  }

  get perSecond(): number {
    return this.rate;
  }

  passed(now: number, roundTripMs: number, ceiling: number): void {
    if (now > this.roundEndsAt) {
      this.roundEndsAt = now + roundTripMs;
      this.roundFrom = this.rate;
    }
    const spacingSeconds = 1 / this.rate;
    const growth = Math.min(MAX_GROWTH_PER_PASS, Math.max(GROWTH_PER_PASS, spacingSeconds));
    const inRound = roundTripMs < MIN_ROUND_TRIP_MS ? Infinity : this.roundFrom * MAX_GROWTH_PER_ROUND_TRIP;
    this.rate = Math.min(this.rate * (1 + growth), inRound, ceiling);
  }
}
