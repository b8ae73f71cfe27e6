import type { Clock } from '../../time/clock.js';

export interface Look {
  readonly now: number;
  /** Not null: the clock was set back since the last look, which was at this time by the new reading. */
  readonly setBackTo: number | null;
  readonly setBackByMs: number;
}

/** Looks at the clock on the wall and tells when it went backwards. */
export class WallClockWatch {
  private wall: number;
  private monotonic = performance.now();

  constructor(private readonly clock: Clock) {
    this.wall = clock.now().getTime();
  }

  get lastBeatAt(): Date {
    return new Date(this.wall);
  }

  look(): Look {
    const now = this.clock.now().getTime();
    const monotonic = performance.now();
    const setBackByMs = Math.max(this.wall - now, 0);
    const lastLook = Math.floor(now - (monotonic - this.monotonic));
    this.wall = now;
    this.monotonic = monotonic;
    return { now, setBackTo: setBackByMs > 0 ? lastLook : null, setBackByMs };
  }
}
