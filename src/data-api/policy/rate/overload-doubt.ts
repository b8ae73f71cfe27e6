/** With fewer in flight their number is not the reason. */
const MIN_IN_FLIGHT = 4;
/** An upstream that serves a number at once refuses sooner than it serves… */
const MAX_REFUSAL_TO_PASS = 0.75;
/** …but the first requests of a process may take this long for reasons of its own. */
const COLD_MS = 100;
/** Of the number in flight at a refusal, what passes if it is their number. */
const MIN_PASSES = 0.75;
/** Times that number, what passes between two refusals if it is their number. */
const BETWEEN_REFUSALS = 2;
/** Refusals in a row that may come sooner, by a step of the limit that came in between. */
const MAX_EARLY_REFUSALS = 1;
/** A limiter of the rate does not let this multiple of its quota pass. */
const CONTRADICTION = 1.4;
const FIRST_REST_MS = 5_000;
const MAX_REST_MS = 300_000;

/**
 * Whether refusals may be about too many requests at once, not in a second. The first one alone
 * cannot tell: an unlimited rate is held back by nothing but the number in flight, and so always
 * ends there. What tells is what passes:
 *
 * - **asked**: the next request goes out when half of those in flight are back. Under a limit of
 *   the rate it is refused, or few have passed by then; an upstream that serves a number at once
 *   has served most of them.
 * - **tentative**: the rate is unlimited again, and the number in flight is lower.
 * - **established**: many have passed. From now on a refusal lowers the number and stops nothing.
 * - **refuted**: it is the rate. After a rest, refusals at a rate far above what has passed in a
 *   second may raise the doubt again: a process that is slow to read its answers takes a number
 *   for a rate, and finds one rate after the other too low.
 */
export class OverloadDoubt {
  private state: 'new' | 'asked' | 'tentative' | 'established' | 'refuted' = 'new';
  private inFlight = 0;
  private passes = 0;
  private earlyRefusals = 0;
  private restMs = FIRST_REST_MS;
  private restsUntil = -Infinity;

  passed(): void {
    this.passes++;
    if (this.state !== 'tentative' || this.passes < BETWEEN_REFUSALS * this.inFlight) return;
    this.state = 'established';
    this.earlyRefusals = 0;
    this.restMs = FIRST_REST_MS;
  }

  isReasonable(now: number, inFlight: number, refusalMs: number, passMs: number): boolean {
    if (inFlight < MIN_IN_FLIGHT || now < this.restsUntil) return false;
    if (this.state === 'established' || this.state === 'tentative') return true;
    const maxMs = MAX_REFUSAL_TO_PASS * passMs;
    return refusalMs <= (this.state === 'new' ? Math.max(COLD_MS, maxMs) : maxMs);
  }

  /** Whether the rate that was refused cannot be that of a limiter with this quota. */
  isContradiction(refusedPerSecond: number, quota: number): boolean {
    return refusedPerSecond > CONTRADICTION * quota;
  }

  /** Call once for each reasonable refusal. @returns whether it is known to be about the number. */
  confirms(inFlight: number): boolean {
    if (this.state !== 'established') return false;
    const isEarly = this.passes < BETWEEN_REFUSALS * inFlight;
    this.earlyRefusals = isEarly ? this.earlyRefusals + 1 : this.earlyRefusals / 2;
    if (this.earlyRefusals > MAX_EARLY_REFUSALS) return false;
    this.passes = 0;
    return true;
  }

  ask(inFlight: number): void {
    this.inFlight = inFlight;
    this.state = 'asked';
  }

  /** The next request has passed. @returns whether it may be the number still. */
  answered(now: number): boolean {
    const { passes } = this;
    this.passes = 0;
    this.state = 'tentative';
    if (passes >= MIN_PASSES * this.inFlight) return true;
    this.refute(now);
    return false;
  }

  refute(now: number): void {
    if (this.state !== 'new' && this.state !== 'refuted') {
      this.restsUntil = now + this.restMs;
      this.restMs = Math.min(MAX_REST_MS, 2 * this.restMs);
    }
    this.state = 'refuted';
  }
}
