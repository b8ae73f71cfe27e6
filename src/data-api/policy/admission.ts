import { MAX_TIMER_MS } from '../../time/longest-timer.js';
import { type AbortListener, AbortWatch } from '../waiting/abort-watch.js';
import { type Link, LinkedList } from '../waiting/linked-list.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import type { ConcurrencyLimit } from './concurrency-limit.js';
import type { UpstreamPause } from './upstream-pause.js';

/** Leave to send one attempt. Give it back with `leave`, whatever comes of the attempt. */
export interface Permit {
  /** Its place among the requests to the host, for the concurrency limit. */
  readonly sequence: number;
  /** It is the one request that may find out whether the host is back. */
  readonly probe: boolean;
}

/**
 * The one queue in front of a host, first come, first served, whatever is waited for: the end of a pause, the next
 * probe of an open breaker, or a place within the concurrency limit. All three hold at the moment of sending.
 */
export class Admission {
  private readonly waiting = new LinkedList<Waiter>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly pause: UpstreamPause,
    private readonly breaker: CircuitBreaker,
    private readonly limit: ConcurrencyLimit,
  ) {}

  /** Rejects with the signal's reason when it aborts. */
  enter(signal: AbortSignal | undefined): Permit | Promise<Permit> {
    const admitted = this.waiting.isEmpty ? this.admit() : undefined;
    return admitted ?? this.wait(signal);
  }

  /** Call after the outcome was reported to breaker, limit and pause: it lets the next in. */
  leave(): void {
    this.limit.release();
    if (!this.waiting.isEmpty) this.advance();
  }

  private admit(): Permit | undefined {
    if (this.limit.isReached) return undefined;
    const now = performance.now();
    if (now < this.pause.until) return undefined;
    const probe = this.breaker.isOpen;
    if (probe) {
      if (!this.breaker.mayProbe(now)) return undefined;
      this.breaker.beginProbe();
    }
    return { sequence: this.limit.acquire(), probe };
  }

  private wait(signal: AbortSignal | undefined): Promise<Permit> {
    return new Promise((resolve, reject) => {
      new Waiter(signal, this.waiting, resolve, reject);
      this.advance();
    });
  }

  private advance(): void {
    for (let first = this.waiting.first; first; first = this.waiting.first) {
      const admitted = this.admit();
      if (!admitted) break;
      first.resolve(admitted);
    }
    this.armTimer();
  }

  /** Places become free by `leave`; only pauses end by themselves. */
  private armTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting.isEmpty) return;
    const until = Math.max(this.pause.until, this.breaker.state === 'open' ? this.breaker.probeAt : 0);
    const wait = until - performance.now();
    if (wait > 0) this.timer = setTimeout(() => this.advance(), Math.min(MAX_TIMER_MS, Math.ceil(wait)));
  }
}

class Waiter implements AbortListener {
  private readonly place: Link<Waiter>;
  private readonly abortWatch: AbortWatch | undefined;

  constructor(
    signal: AbortSignal | undefined,
    queue: LinkedList<Waiter>,
    private readonly admitted: (admitted: Permit) => void,
    private readonly rejected: (reason: unknown) => void,
  ) {
    this.place = queue.push(this);
    this.abortWatch = signal && new AbortWatch(signal, this);
  }

  resolve(admitted: Permit): void {
    this.leaveQueue();
    this.admitted(admitted);
  }

  onAbort(reason: unknown): void {
    this.leaveQueue();
    this.rejected(reason);
  }

  private leaveQueue(): void {
    this.abortWatch?.end();
    this.place.remove();
  }
}
