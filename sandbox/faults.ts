import type { Knobs } from './knobs.ts';
import { RequestError } from './request-error.ts';

/** Applies the knobs. */
export class Faults {
  private readonly knobs: Knobs;
  private readonly random: () => number;

  constructor(knobs: Knobs, random: () => number) {
    this.knobs = knobs;
    this.random = random;
  }

  /** Refuses a request before its operation is looked at. `serving` includes this request. */
  admit(serving: number, authorization: string | undefined): void {
    const { outage, maxConcurrent, retryAfter, token } = this.knobs;
    if (outage) throw new RequestError(503, 'outage', 'The Data API is down');
    if (token && authorization !== `Bearer ${token}`) {
      throw new RequestError(401, 'unauthorized', 'The bearer token is missing or wrong');
    }
    if (serving <= maxConcurrent) return;
    const headers = retryAfter > 0 ? { 'Retry-After': String(retryAfter) } : {};
    throw new RequestError(429, 'too_many_requests', `More than ${maxConcurrent} requests at once`, headers);
  }

  /** Milliseconds to wait before the operation. */
  latency(): number {
    const { latencyMs, jitterMs } = this.knobs;
    return jitterMs > 0 ? latencyMs + this.random() * jitterMs : latencyMs;
  }

  /** Fails an admitted request without any effect. */
  fail(): void {
    const { errorRate, errorStatus } = this.knobs;
    if (this.happens(errorRate)) throw new RequestError(errorStatus, 'fault', 'Injected by the knob errorRate');
  }

  losesAnswer(): boolean {
    return this.happens(this.knobs.lostAnswerRate);
  }

  private happens(rate: number): boolean {
    return rate > 0 && this.random() < rate;
  }
}
