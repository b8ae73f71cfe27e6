const HALF_WINDOW_MS = 5_000;
/** A limiter has let more of the last answers pass, even if most came too early. */
const MIN_SERVED_SHARE = 0.02;
/** Others were served so often while this request was refused: it is the request itself. */
const MAX_REFUSALS = 5;

interface Refused {
  times: number;
  servedBefore: number;
}

/**
 * Evidence about a 503 that says nothing else: a limiter's (nginx `limit_req`), an outage's, or the
 * request's own failure. It is a limiter's while some of the answers of the last 10 s were served,
 * and unless this request alone is refused again and again while others are served.
 */
export class ServedOthers {
  private since = 0;
  private served = 0;
  private answers = 0;
  private servedBefore = 0;
  private answersBefore = 0;
  private servedEver = 0;
  /** When an answer came last, on the clock of `performance.now()`. */
  lastAt = -Infinity;
  private readonly refused = new WeakMap<object, Refused>();

  answered(now: number): void {
    this.turn(now);
    this.lastAt = now;
    this.served++;
    this.answers++;
    this.servedEver++;
  }

  /** Whether some of the last answers were served. */
  isUsual(now: number): boolean {
    this.turn(now);
    const served = this.served + this.servedBefore;
    return served > 0 && served >= MIN_SERVED_SHARE * (this.answers + this.answersBefore);
  }

  /** Call once for each such 503. */
  explains(request: object, now: number): boolean {
    if (!this.isUsual(now)) return false;
    this.answers++;
    const refused = this.refused.get(request) ?? { times: 0, servedBefore: -1 };
    if (refused.servedBefore < this.servedEver) refused.times++;
    refused.servedBefore = this.servedEver;
    this.refused.set(request, refused);
    return refused.times <= MAX_REFUSALS;
  }

  private turn(now: number): void {
    const halves = Math.floor((now - this.since) / HALF_WINDOW_MS);
    if (halves === 0) return;
    this.servedBefore = halves === 1 ? this.served : 0;
    this.answersBefore = halves === 1 ? this.answers : 0;
    this.served = this.answers = 0;
    this.since += halves * HALF_WINDOW_MS;
  }
}
