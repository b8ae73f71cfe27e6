import { Inject, Injectable } from '@nestjs/common';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { apiAt } from '../request/api-at.js';
import type { HttpAnswer, HttpRequest } from '../request/http-request.js';
import { Admission, type Permit } from './admission.js';
import { askedPause, isRefusal } from './asked-pause.js';
import type { AttemptError } from './attempt.error.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { ConcurrencyLimit } from './concurrency-limit.js';
import { RateLimit } from './rate/rate-limit.js';
import { RetryBudget } from './retry-budget.js';
import { CONFLICT, isAboutUpstream, isOutage, isOverload, mayRepeat, pausesUpstream } from './retry-rule.js';
import { ServedOthers } from './served-others.js';
import { UpstreamRecord } from './upstream-record.js';
import { type AskForExchange, UpstreamSharing } from './upstream-sharing.js';

/** Shorter pauses are ordinary. */
const MIN_REPORTED_PAUSE_MS = 1_000;
/** No pause is believed for longer without a probe. */
const MAX_PAUSE_MS = 15 * 60_000;
/** More than a worker talks to. Beyond, one that is not down starts afresh: the one met first. */
const MAX_UPSTREAMS = 256;

/**
 * One policy for each upstream, shared by all tasks of the process: four polite tasks must not
 * jointly overload one.
 */
@Injectable()
export class UpstreamPolicies {
  private readonly policies = new Map<string, UpstreamPolicy>();
  /** Set where others share the limits of what is met from then on. */
  askForExchange: AskForExchange | undefined;

  constructor(
    @Inject(workerConfig.KEY) private readonly settings: WorkerSettings,
    private readonly events: WorkerEvents,
  ) {}

  of(origin: string): UpstreamPolicy {
    return this.policies.get(origin) ?? this.add(origin);
  }

  /** Those that were met, and are not forgotten. */
  all(): readonly UpstreamPolicy[] {
    return [...this.policies.values()];
  }

  private add(origin: string): UpstreamPolicy {
    const policy = new UpstreamPolicy(origin, apiAt(this.settings, origin), this.events, this.askForExchange);
    if (this.policies.size >= MAX_UPSTREAMS) this.forgetOne();
    this.policies.set(origin, policy);
    return policy;
  }

  private forgetOne(): void {
    const first = this.all().find(({ breakerState }) => breakerState === 'closed');
    if (first) this.policies.delete(first.origin);
  }
}

/** What nginx answers when its limit is reached, and what others answer when they are down. */
const LIMIT_OR_OUTAGE = 503;

type Limits = Pick<WorkerSettings['dataApi'], 'concurrency' | 'ratePerSecond'>;

/** What all requests to one upstream share: it admits each attempt and learns from its outcome. */
export class UpstreamPolicy {
  private readonly breaker = new CircuitBreaker();
  private readonly budget = new RetryBudget();
  private readonly limit: ConcurrencyLimit;
  private readonly rate: RateLimit;
  private readonly served = new ServedOthers();
  private readonly admission: Admission;
  readonly record = new UpstreamRecord();
  /** Undefined where this process has all for itself. */
  readonly sharing: UpstreamSharing | undefined;
  /** It was said to be down, and not yet that it is back. */
  private isSaidDown = false;

  constructor(
    readonly origin: string,
    limits: Limits,
    private readonly events: WorkerEvents,
    askForExchange?: AskForExchange,
  ) {
    const limit = (this.limit = new ConcurrencyLimit(limits.concurrency));
    const rate = (this.rate = new RateLimit(limits.ratePerSecond));
    const { breaker, served } = this;
    const admission = (this.admission = new Admission(breaker, limit, rate));
    if (!askForExchange) return;
    const shared = { limit, rate, breaker, admission, served };
    this.sharing = new UpstreamSharing(origin, limits, shared, this, askForExchange);
  }

  get breakerState(): CircuitBreaker['state'] {
    return this.breaker.state;
  }

  get concurrencyLimit(): number {
    return this.limit.value;
  }

  /** Requests a second that it has been found to take; null while no limit is known. */
  get requestsPerSecond(): number | null {
    return this.rate.ratePerSecond;
  }

  /** Milliseconds that are left of the pause that the upstream asked for. */
  get pausedFor(): number {
    return this.admission.pausedFor;
  }

  /** Resolves when an attempt may be sent. Rejects with the signal's reason when it aborts. */
  admit(signal: AbortSignal | undefined): Permit | Promise<Permit> {
    return this.admission.request(signal);
  }

  /**
   * Whether the answer says that the upstream wants fewer requests, which is not the request's
   * failure. A 503 that says nothing else says so only while others are served.
   */
  isRefusal(request: HttpRequest, answer: HttpAnswer): boolean {
    if (isRefusal(answer)) return true;
    return (
      answer.status === LIMIT_OR_OUTAGE && !this.breaker.isOpen && this.served.explains(request, performance.now())
    );
  }

  succeeded(permit: Permit): void {
    const now = performance.now();
    this.served.answered(now);
    this.rate.passed(permit, now);
    this.answered(permit);
    this.limit.succeeded(permit.sequence);
    this.budget.succeeded();
    this.admission.release();
  }

  /** @returns whether the request may be tried again, its number of attempts aside. */
  failed(request: HttpRequest, permit: Permit, error: AttemptError, attempt: number): boolean {
    if (error.problem === 'refused') this.refused(permit, error);
    else this.noteLoad(permit, error);
    if (isAboutUpstream(error)) this.learn(request, permit, error, attempt);
    else if (permit.probe) this.breaker.probeAbandoned();
    const repeatable = mayRepeat(request, error);
    // An open breaker limits the load better than any budget.
    const needsBudget = isLoad(error) && !this.breaker.isOpen;
    if (attempt > 1 && repeatable && needsBudget) this.budget.retryFailed();
    this.admission.release();
    return repeatable && (!needsBudget || this.budget.allowsRetry());
  }

  /** The attempt was cancelled and has shown nothing about the upstream. */
  abandoned(permit: Permit): void {
    this.rate.abandoned(permit);
    if (permit.probe) this.breaker.probeAbandoned();
    this.admission.release();
  }

  private refused(permit: Permit, { answer }: AttemptError): void {
    const pauseMs = answer ? Math.min(MAX_PAUSE_MS, askedPause(answer)) : 0;
    const refusal = { pauseMs, isCertain: answer?.status !== LIMIT_OR_OUTAGE };
    const cause = this.rate.refused(permit, performance.now(), refusal);
    this.sharing?.refused();
    if (cause === 'concurrency') this.limit.exceeded(permit.sequence, permit.pace.inFlight);
    else if (cause === 'unknown') this.limit.overloaded(permit.sequence);
  }

  private noteLoad(permit: Permit, error: AttemptError): void {
    const now = performance.now();
    if (error.answer && !isOutage(error)) this.served.answered(now);
    // Whatever else is answered comes from behind a limiter.
    if (error.answer && error.status !== LIMIT_OR_OUTAGE) this.rate.passed(permit, now);
    else this.rate.abandoned(permit);
    if (isOverload(error)) this.limit.overloaded(permit.sequence);
    else if (!isOutage(error)) this.limit.succeeded(permit.sequence);
  }

  private learn(request: HttpRequest, permit: Permit, error: AttemptError, attempt: number): void {
    const pauseMs = error.answer && pausesUpstream(error) ? askedPause(error.answer) : 0;
    if (this.isDown(error)) this.noteOutage(request, permit, error, attempt);
    else if (pauseMs <= MAX_PAUSE_MS) this.answered(permit);
    if (pauseMs > 0) this.pauseFor(pauseMs, error);
  }

  private isDown(error: AttemptError): boolean {
    return isOutage(error) && !(error.problem === 'refused' && this.served.isUsual(performance.now()));
  }

  private answered({ probe }: Permit): void {
    const wasOpen = this.breaker.isOpen;
    this.breaker.succeeded(probe);
    if (this.breaker.isOpen) return;
    this.record.succeeded();
    if (!wasOpen) return;
    this.sharing?.foundUp();
    this.sayUp();
  }

  private noteOutage(request: HttpRequest, { probe }: Permit, error: AttemptError, attempt: number): void {
    const wasOpen = this.breaker.isOpen;
    this.record.failed(error);
    this.breaker.failed(request, attempt, probe, this.limit.inFlight);
    // What was in flight when it opened fails without a word.
    if (!this.breaker.isOpen || (wasOpen && !probe)) return;
    this.sharing?.foundDown();
    if (!wasOpen) this.rate.outageBegan();
    this.sayDown(error.message);
  }

  private pauseFor(askedMs: number, error: AttemptError): void {
    const pauseMs = Math.min(askedMs, MAX_PAUSE_MS);
    this.sharing?.askedForPause(pauseMs);
    if (askedMs > pauseMs) this.holdForProbe(pauseMs, error);
    this.pause(pauseMs);
  }

  /** Never shortens a pause. */
  pause(milliseconds: number): void {
    const pauseMs = Math.min(milliseconds, MAX_PAUSE_MS);
    const isNews = pauseMs > MIN_REPORTED_PAUSE_MS && this.pausedFor <= MIN_REPORTED_PAUSE_MS;
    this.admission.pauseFor(pauseMs);
    if (isNews) this.events.emit('upstream.paused', { host: this.origin, pauseMs });
  }

  /** What was asked for is too long to be believed: when this is over, one request asks again. */
  private holdForProbe(pauseMs: number, error: AttemptError): void {
    this.record.failed(error);
    this.breaker.hold(pauseMs);
    this.sharing?.foundDown();
    this.sayDown(error.message);
  }

  sayDown(error: string): void {
    if (this.isSaidDown) return;
    this.isSaidDown = true;
    this.events.emit('upstream.opened', { host: this.origin, error });
  }

  sayUp(): void {
    if (!this.isSaidDown) return;
    this.isSaidDown = false;
    this.events.emit('upstream.closed', { host: this.origin });
  }
}

/** Whether an upstream that fails would suffer from more of it. */
function isLoad({ problem, status }: AttemptError): boolean {
  return problem !== 'refused' && problem !== 'no socket' && status !== CONFLICT;
}
