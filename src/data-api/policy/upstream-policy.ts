import { Logger } from '@nestjs/common';
import type { ConcurrencyBounds } from '../../config/settings.js';
import type { HttpRequest } from '../request/http-request.js';
import { Admission, type Permit } from './admission.js';
import type { AttemptError } from './attempt.error.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { ConcurrencyLimit } from './concurrency-limit.js';
import { UpstreamPause } from './upstream-pause.js';
import { UpstreamRecord } from './upstream-record.js';
import { retryAfter } from './retry-after.js';
import { RetryBudget } from './retry-budget.js';
import { isAboutUpstream, isOutage, isOverload, mayRepeat } from './retry-rule.js';

/** Pauses that a reader of the log would want explained. */
const WORTH_A_LINE = 1_000;

/** What all requests to one host share: each attempt is admitted here, and its outcome reported. */
export class UpstreamPolicy {
  private readonly logger = new Logger('DataApi');
  private readonly pause = new UpstreamPause();
  private readonly breaker = new CircuitBreaker();
  private readonly budget = new RetryBudget();
  private readonly limit: ConcurrencyLimit;
  private readonly admission: Admission;
  readonly record = new UpstreamRecord();

  constructor(
    private readonly origin: string,
    bounds: ConcurrencyBounds,
  ) {
    this.limit = new ConcurrencyLimit(bounds);
    this.admission = new Admission(this.pause, this.breaker, this.limit);
  }

  get breakerState(): CircuitBreaker['state'] {
    return this.breaker.state;
  }

  get concurrencyLimit(): number {
    return this.limit.value;
  }

  /** Milliseconds for which the host has asked to be left alone. */
  get pausedFor(): number {
    return Math.max(0, this.pause.until - performance.now());
  }

  /** Resolves when an attempt may be sent. Rejects with the signal's reason when it aborts. */
  admit(signal: AbortSignal | undefined): Permit | Promise<Permit> {
    return this.admission.enter(signal);
  }

  succeeded(admitted: Permit): void {
    this.answered(admitted);
    this.limit.succeeded(admitted.sequence);
    this.budget.succeeded();
    this.admission.leave();
  }

  /** @returns whether the request may be tried again. Its number of attempts is not looked at. */
  failed(request: HttpRequest, admitted: Permit, error: AttemptError, attempt: number): boolean {
    if (isOutage(error)) this.outage(request, admitted, error, attempt);
    else this.answered(admitted);
    if (isOverload(error)) this.limit.overloaded(admitted.sequence);
    else if (!isOutage(error)) this.limit.succeeded(admitted.sequence);
    if (error.answer && isAboutUpstream(error)) this.pauseAsAsked(retryAfter(error.answer.headers));
    const repeatable = mayRepeat(request, error);
    // An open breaker limits the load better than any budget.
    if (attempt > 1 && repeatable && !this.breaker.isOpen) this.budget.retryFailed();
    this.admission.leave();
    return repeatable && (this.breaker.isOpen || this.budget.allowsRetry());
  }

  /** The attempt was cancelled: nothing is known about the host. */
  abandoned(admitted: Permit): void {
    if (admitted.probe) this.breaker.probeAbandoned();
    this.admission.leave();
  }

  private answered({ probe }: Permit): void {
    const wasOpen = this.breaker.isOpen;
    this.breaker.succeeded(probe);
    this.record.succeeded();
    if (wasOpen && !this.breaker.isOpen) this.logger.log({ msg: 'Data API is back', host: this.origin });
  }

  private outage(request: HttpRequest, { probe }: Permit, error: AttemptError, attempt: number): void {
    const wasOpen = this.breaker.isOpen;
    this.record.failed(error);
    this.breaker.failed(request, attempt, probe, this.limit.inFlight);
    if (!wasOpen && this.breaker.isOpen) {
      this.logger.warn({ msg: 'Data API is down; requests wait for it', host: this.origin, error: error.message });
    }
  }

  private pauseAsAsked(milliseconds: number): void {
    if (milliseconds > WORTH_A_LINE && this.pausedFor === 0) {
      const seconds = Math.ceil(milliseconds / 1_000);
      this.logger.warn({ msg: 'Data API asks to be left alone (Retry-After)', host: this.origin, seconds });
    }
    this.pause.extend(milliseconds);
  }
}
