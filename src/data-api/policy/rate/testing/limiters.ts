// Under jest a global costs more than the rest of a step of the simulation.
const { floor, max, trunc } = Math;
const NEVER = Infinity;

/** What stands in front of a simulated upstream. Instants are milliseconds. */
export interface Limiter {
  /** Whether a request that arrives now is let through. */
  admits(now: number): boolean;
  /** A request that was let through has been served. */
  served?(): void;
}

/** nginx 1.22's `limit_req rate=…r/s burst=… nodelay`, in whole milliseconds and thousandths. */
export class NginxLimitReq implements Limiter {
  private excess = 0;
  private last = -NEVER;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
  ) {}

  admits(time: number): boolean {
    const now = floor(time);
    const elapsed = max(0, now - this.last);
    const isFirst = this.last === -NEVER;
    const excess = isFirst ? 0 : max(0, trunc(this.excess - this.perSecond * elapsed + 1_000));
    if (excess > this.burst * 1_000) return false;
    this.excess = excess;
    if (isFirst || elapsed > 0) this.last = now;
    return true;
  }
}

/** HAProxy 2.6's `http_req_rate(period)`: this period, and of the last one what is left of it. */
export class HaproxyRequestRate implements Limiter {
  private startedAt = -NEVER;
  private current = 0;
  private previous = 0;

  constructor(
    private readonly requests: number,
    private readonly periodMs: number,
    /** `track-sc0` stands before `deny`. */
    private readonly countsRefused: boolean,
  ) {}

  admits(time: number): boolean {
    const now = floor(time);
    this.turn(now);
    const rest = (this.startedAt + this.periodMs - now) / this.periodMs;
    const rate = this.current + floor(this.previous * rest);
    if (this.countsRefused) return (this.current++, rate < this.requests);
    if (rate >= this.requests) return false;
    this.current++;
    return true;
  }

  private turn(now: number): void {
    if (now - this.startedAt < this.periodMs) return;
    const isNext = now - this.startedAt < 2 * this.periodMs;
    this.previous = isNext ? this.current : 0;
    this.current = 0;
    this.startedAt = isNext ? this.startedAt + this.periodMs : now;
  }
}

/** A number of requests in each of successive windows, from the first request or by the clock. */
export class FixedWindow implements Limiter {
  private endsAt: number;
  private count = 0;

  /** `phaseMs`: the first window began so long ago; undefined: it begins with its first request. */
  constructor(
    private readonly requests: number,
    private readonly lengthMs: number,
    private readonly phaseMs?: number,
  ) {
    this.endsAt = phaseMs === undefined ? -NEVER : lengthMs - phaseMs;
  }

  admits(now: number): boolean {
    if (now >= this.endsAt) {
      const past = this.phaseMs === undefined ? 0 : (now - this.endsAt) % this.lengthMs;
      this.endsAt = now - past + this.lengthMs;
      this.count = 0;
    }
    return ++this.count <= this.requests;
  }
}

/** A number of requests in any stretch of a length. */
export class SlidingWindow implements Limiter {
  private readonly log: number[] = [];

  constructor(
    private readonly requests: number,
    private readonly lengthMs: number,
  ) {}

  admits(now: number): boolean {
    while (this.log[0] !== undefined && this.log[0] <= now - this.lengthMs) this.log.shift();
    if (this.log.length >= this.requests) return false;
    this.log.push(now);
    return true;
  }
}

/** Serves a number at once and refuses what is beyond. */
export class ServesAtOnce implements Limiter {
  private inWork = 0;

  constructor(private readonly requests: number) {}

  admits(): boolean {
    if (this.inWork >= this.requests) return false;
    this.inWork++;
    return true;
  }

  served(): void {
    this.inWork--;
  }
}

/** Not a limit: refuses a share of all requests by chance. */
export class FailsAtRandom implements Limiter {
  constructor(
    private readonly share: number,
    private readonly random: () => number,
  ) {}

  admits(): boolean {
    return this.random() >= this.share;
  }
}

/** One limiter until an instant, the next from then on. */
export class Changing implements Limiter {
  constructor(private readonly parts: readonly (readonly [fromMs: number, limiter: Limiter])[]) {}

  admits(now: number): boolean {
    return this.parts.findLast(([fromMs]) => now >= fromMs)?.[1].admits(now) ?? true;
  }
}
