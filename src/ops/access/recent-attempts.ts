import { MINUTE } from '../../time/duration.js';

/** Keys that are remembered at most; a flood of new ones forgets the oldest. */
const MAX_KEYS = 10_000;

/** How often something was tried within a minute, by key. */
export class RecentAttempts {
  private readonly instants = new Map<string, number[]>();

  constructor(private readonly maxPerMinute: number) {}

  /** Milliseconds until the next try is allowed; 0: it is now. */
  waitFor(key: string, now: number): number {
    const recent = this.recent(key, now);
    const oldest = recent[recent.length - this.maxPerMinute];
    return oldest === undefined ? 0 : oldest + MINUTE - now;
  }

  count(key: string, now: number): void {
    const recent = [...this.recent(key, now), now].slice(-this.maxPerMinute);
    this.instants.delete(key);
    this.instants.set(key, recent);
    if (this.instants.size > MAX_KEYS) this.instants.delete(this.instants.keys().next().value!);
  }

  private recent(key: string, now: number): readonly number[] {
    return (this.instants.get(key) ?? []).filter((instant) => now - instant < MINUTE);
  }
}
