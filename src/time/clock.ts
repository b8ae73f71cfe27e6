import { Injectable } from '@nestjs/common';

/** Wall clock time. A class of its own so that tests can move it. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}

export interface Look {
  readonly now: number;
  /** When the last look was by the new reading, if the clock was set back since then, else null. */
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
