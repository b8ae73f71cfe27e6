/** Requests that fail in a row before the breaker opens; the more are in flight, the more. */
const MIN_FAILURES = 5;
const MAX_FAILURES = 20;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 15_000;
/** Opening again so soon, with the probe the only success in between, is still the same outage. */
const SAME_OUTAGE_MS = 10_000;

/**
 * Notices that an upstream does not serve any request, and then lets one request at a time try it:
 * the first after about a second, then at doubling pauses of at most 15 s. All others wait and lose
 * no attempt by it.
 *
 * It counts requests that fail in a row with their first attempt. Later attempts show more about
 * the request than about the upstream: a batch ends with the retries of its poisoned items, which
 * are not an outage. The number grows with the requests in flight, because at an error rate of 20 %
 * five failures in a row happen all the time among hundreds of requests. There is no rule for error
 * rates: concurrency limit and retry budget spare an upstream that serves some.
 */
export class CircuitBreaker {
  /** Requests that failed in an outage: their attempts showed nothing about them. */
  private readonly excused = new WeakSet<object>();
  private failures = 0;
  private pause = 0;
  private closedAt = -Infinity;
  private probing = false;
  private open = false;
  /** It was well since the breaker closed: requests beside the probe succeeded. */
  private recovered = false;

  /** When the next request may try, on the clock of `performance.now()`. */
  probeAt = 0;

  get state(): 'closed' | 'open' | 'probing' {
    if (!this.open) return 'closed';
    return this.probing ? 'probing' : 'open';
  }

  get isOpen(): boolean {
    return this.open;
  }

  mayProbe(now: number): boolean {
    return this.open && !this.probing && now >= this.probeAt;
  }

  beginProbe(): void {
    this.probing = true;
  }

  /** It has answered. Only a probe closes an open breaker: other answers are from before. */
  succeeded(probe: boolean): void {
    this.failures = 0;
    if (!probe) {
      this.recovered = !this.open;
      return;
    }
    this.open = false;
    this.probing = false;
    this.recovered = false;
    this.closedAt = performance.now();
  }

  /** Opens until a probe succeeds; the first one goes out after this time. */
  hold(milliseconds: number): void {
    this.open = true;
    this.probing = false;
    this.failures = 0;
    this.probeAt = performance.now() + milliseconds;
  }

  failed(request: object, attempt: number, probe: boolean, inFlight: number): void {
    if (probe) this.pauseUntilNextProbe();
    else if (!this.open && (attempt === 1 || this.excused.has(request))) this.count(inFlight);
    if (this.open) this.excused.add(request);
    else this.excused.delete(request);
  }

  /** The probe was cancelled and has shown nothing; the next request may try at once. */
  probeAbandoned(): void {
    this.probing = false;
  }

  private count(inFlight: number): void {
    this.failures++;
    if (this.failures < Math.max(MIN_FAILURES, Math.min(MAX_FAILURES, inFlight / 2))) return;
    if (this.recovered || performance.now() - this.closedAt > SAME_OUTAGE_MS) this.pause = 0;
    this.pauseUntilNextProbe();
  }

  private pauseUntilNextProbe(): void {
    this.pause = this.pause === 0 ? FIRST_PAUSE_MS : Math.min(MAX_PAUSE_MS, this.pause * 2);
    this.hold(this.pause * (0.75 + Math.random() / 4));
  }
}
