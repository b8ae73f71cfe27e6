/** An upstream that serves a number at once refuses sooner than it serves. */
const MAX_REFUSAL_TO_PASS = 0.5;
/** Of the number in flight at the last doubtful refusal. */
const MIN_IN_FLIGHT = 0.8;
const MIN_PASSES = 0.5;

/**
 * Whether a refusal may be about too many requests at once, not in a second. The first refusal
 * alone cannot tell: an unlimited rate is held back by nothing but the concurrency limit, and so
 * always ends there. It may be overload if
 *
 * - the answer came sooner than answers do that passed. Otherwise the time is spent on the way, few
 *   requests are in work at the upstream, and their number is not the reason;
 * - more requests than half of those in flight have passed since the last such refusal, which has
 *   halved them. An upstream that serves a number at once does not refuse half of it;
 * - about as many are in flight as then. An upstream that served more does not refuse fewer.
 *
 * What may be overload is decided by the next request, which goes out when half are back.
 */
export class OverloadDoubt {
  private inFlight = 0;
  private passes = 0;

  passed(): void {
    this.passes++;
  }

  isReasonable(inFlight: number, refusalMs: number, passMs: number): boolean {
    if (refusalMs > MAX_REFUSAL_TO_PASS * passMs) return false;
    return (
      this.inFlight === 0 || (this.passes >= MIN_PASSES * this.inFlight && inFlight >= MIN_IN_FLIGHT * this.inFlight)
    );
  }

  refused(inFlight: number): void {
    this.inFlight = inFlight;
    this.passes = 0;
  }
}
