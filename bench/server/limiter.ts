import type { RequestLimit } from './load-profile.ts';

/** Counts requests against a limit. Without state beyond one window or one spacing. */
export class Limiter {
  private readonly limit: RequestLimit;
  private since = -Infinity;
  private count = 0;

  constructor(limit: RequestLimit) {
    this.limit = limit;
  }

  /** Whether a request that arrives now, in milliseconds, is served. */
  admits(now: number): boolean {
    const { limit } = this;
    const lengthMs = 'windowMs' in limit ? limit.windowMs : 1_000 / limit.perSecond;
    if (now - this.since >= lengthMs) {
      this.since = now;
      this.count = 0;
    }
    if (this.count >= ('windowMs' in limit ? limit.requests : 1)) return false;
    this.count++;
    return true;
  }
}
