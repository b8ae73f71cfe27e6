const COLD_UNTIL_MS = 250;
const COLD = { stallMs: 60, everyMs: 50 };
const WARM = { stallMs: 25, everyMs: 60 };
/** What each event costs that has waited for the end of a stall. */
const EVENT_MS = 0.3;

/**
 * Times in which a process on a busy machine does nothing for its requests: at first nearly always,
 * as its code is not compiled yet, and then again and again. What comes meanwhile waits, and is
 * dealt with one by one: seen from the process, answers take long, and many are in flight.
 */
export class EventLoopStalls {
  private stalledUntil = 0;
  private nextAt = 0;
  private freeAt = 0;

  constructor(private readonly random: () => number) {}

  /** When an event of this moment is dealt with. */
  over(now: number): number {
    while (now >= this.nextAt) this.stall(this.nextAt < COLD_UNTIL_MS ? COLD : WARM);
    if (now >= this.stalledUntil && now >= this.freeAt) return now;
    this.freeAt = Math.max(now, this.stalledUntil, this.freeAt) + EVENT_MS;
    return this.freeAt;
  }

  private stall({ stallMs, everyMs }: typeof COLD): void {
    this.stalledUntil = this.nextAt + stallMs * this.random();
    this.nextAt += everyMs * (0.5 + this.random());
  }
}
