import { MAX_TIMER_MS } from '../../time/longest-timer.js';

interface Deadline {
  /** By the monotonic clock, in milliseconds. */
  readonly at: number;
  readonly expire: () => void;
}

/**
 * The deadlines of all runs on one timer. It is set for the first of them and stays when that run ends in time: nearly
 * every run does, and to set and clear a timer of its own would cost as much as the rest of its start.
 */
export class RunDeadlines {
  private readonly pending = new Set<Deadline>();
  private timer: NodeJS.Timeout | undefined;
  private alarm = Infinity;

  /**
   * Calls `expire` in so many milliseconds, unless the function that is returned was called before. A pending deadline
   * keeps the process alive: a run that waits for nothing else must still end.
   */
  start(timeout: number, expire: () => void): () => void {
    const deadline: Deadline = { at: performance.now() + timeout, expire };
    this.pending.add(deadline);
    if (deadline.at < this.alarm) this.set(deadline.at);
    else if (this.pending.size === 1) this.timer?.ref();
    return () => this.cancel(deadline);
  }

  private cancel(deadline: Deadline): void {
    this.pending.delete(deadline);
    if (this.pending.size === 0) this.timer?.unref();
  }

  private set(at: number): void {
    clearTimeout(this.timer);
    this.alarm = at;
    const time = Math.min(Math.max(0, Math.ceil(at - performance.now())), MAX_TIMER_MS);
    this.timer = setTimeout(() => this.expireDue(), time);
  }

  private expireDue(): void {
    this.alarm = Infinity;
    const now = performance.now();
    let next = Infinity;
    for (const deadline of this.pending) {
      if (deadline.at > now) {
        next = Math.min(next, deadline.at);
      } else {
        this.pending.delete(deadline);
        deadline.expire();
      }
    }
    if (next < this.alarm) this.set(next);
  }
}
