import { MAX_TIMER_MS } from '../../time/longest-timer.js';
import { type AbortListener, AbortWatch, type Link, LinkedList } from '../waiting/abort-watch.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import type { ConcurrencyLimit } from './concurrency-limit.js';
import type { RateLimit } from './rate/rate-limit.js';
import type { RateTicket } from './rate/rate-ticket.js';

/** Permission to send one attempt. Return it with `release`, however the attempt ends. */
export interface Permit extends RateTicket {
  /** On the clock of `performance.now()`. */
  readonly sentAt: number;
  /** Its place among all requests to the upstream, for both limits. */
  readonly sequence: number;
  /** It is the one request that finds out whether the upstream is back. */
  readonly probe: boolean;
}

/**
 * The one queue in front of an upstream, first come, first served. Requests wait in it for four
 * things, all of which hold at the moment of sending: that no pause is left, that the breaker is
 * closed or wants a probe, that the concurrency limit has room, and that the rate limit lets the
 * next one start. A further one is added in `admit`, and in `nextOpening` if it comes by time.
 */
export class Admission {
  private readonly waiting = new LinkedList<Waiter>();
  /** On the clock of `performance.now()`. */
  private pausedUntil = 0;
  private timer: NodeJS.Timeout | undefined;
  /** Called when a request has to wait. */
  onWait: () => void = () => undefined;

  constructor(
    private readonly breaker: CircuitBreaker,
    private readonly limit: ConcurrencyLimit,
    private readonly rate: RateLimit,
  ) {}

  /** Milliseconds that are left of the pause. */
  get pausedFor(): number {
    return Math.max(0, this.pausedUntil - performance.now());
  }

  /** Requests that wait; no more than `most` are counted. */
  waitingCount(most: number): number {
    return this.waiting.count(most);
  }

  /** Lets in what may be sent now: a limit has changed. */
  look(): void {
    if (!this.waiting.isEmpty) this.advance();
  }

  /** From now on for everyone; never shortens a pause. */
  pauseFor(milliseconds: number): void {
    if (milliseconds > 0) this.pausedUntil = Math.max(this.pausedUntil, performance.now() + milliseconds);
  }

  /** Rejects with the signal's reason when it aborts. */
  request(signal: AbortSignal | undefined): Permit | Promise<Permit> {
    const permit = this.waiting.isEmpty ? this.admit(performance.now()) : undefined;
    return permit ?? this.wait(signal);
  }

  /** Call after breaker and limits have learned the outcome: it lets the next request in. */
  release(): void {
    this.limit.release();
    this.look();
  }

  private admit(now: number): Permit | undefined {
    if (this.limit.isReached) return undefined;
    if (now < this.pausedUntil || now < this.rate.nextStartAt(now)) return undefined;
    const probe = this.breaker.isOpen;
    if (probe) {
      if (!this.breaker.mayProbe(now)) return undefined;
      this.breaker.beginProbe();
    }
    return { sentAt: now, sequence: this.limit.acquire(), probe, pace: this.rate.started(now) };
  }

  private wait(signal: AbortSignal | undefined): Promise<Permit> {
    return new Promise((resolve, reject) => {
      new Waiter(signal, this.waiting, resolve, reject);
      this.advance();
      this.onWait();
    });
  }

  private advance(): void {
    let now = performance.now();
    for (let first = this.waiting.first; first; first = this.waiting.first) {
      const permit = this.admit(now);
      if (!permit) break;
      first.admit(permit);
      now = performance.now();
    }
    this.armTimer(now);
  }

  /**
   * `release` reports what comes by the end of a request; the rest comes by time. `now`: of the
   * last look, as what opens between two looks would open unseen.
   */
  private armTimer(now: number): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting.isEmpty) return;
    const wait = this.nextOpening(now) - now;
    if (wait > 0 && wait < Infinity)
      this.timer = setTimeout(() => this.advance(), Math.min(MAX_TIMER_MS, Math.ceil(wait)));
  }

  private nextOpening(now: number): number {
    const probeAt = this.breaker.state === 'open' ? this.breaker.probeAt : 0;
    return Math.max(this.pausedUntil, probeAt, this.rate.nextStartAt(now));
  }
}

class Waiter implements AbortListener {
  private readonly place: Link<Waiter>;
  private readonly abortWatch: AbortWatch | undefined;

  constructor(
    signal: AbortSignal | undefined,
    queue: LinkedList<Waiter>,
    private readonly resolve: (permit: Permit) => void,
    private readonly reject: (reason: unknown) => void,
  ) {
    this.place = queue.push(this);
    this.abortWatch = signal && new AbortWatch(signal, this);
  }

  admit(permit: Permit): void {
    this.leaveQueue();
    this.resolve(permit);
  }

  onAbort(reason: unknown): void {
    this.leaveQueue();
    this.reject(reason);
  }

  private leaveQueue(): void {
    this.abortWatch?.end();
    this.place.remove();
  }
}
