import { Logger } from '@nestjs/common';
import { formatDuration, SECOND } from '../../time/duration.js';
import type { Clock } from '../../time/clock.js';

/** Below this, a clock is only being kept in step. */
const WORTH_A_WARNING = SECOND;

export interface Look {
  readonly now: number;
  /** Not null: the clock was set back since the last look, which was at this time by the new reading. */
  readonly setBackTo: number | null;
}

/** Looks at the clock on the wall and tells when it went backwards. */
export class WallClockWatch {
  private readonly logger = new Logger('TaskScheduler');
  private wall: number;
  private monotonic = performance.now();

  constructor(private readonly clock: Clock) {
    this.wall = clock.now().getTime();
  }

  get lastBeatAt(): Date {
    return new Date(this.wall);
  }

  get age(): number {
    return performance.now() - this.monotonic;
  }

  look(): Look {
    const now = this.clock.now().getTime();
    const monotonic = performance.now();
    const back = this.wall - now;
    const lastLook = Math.floor(now - (monotonic - this.monotonic));
    this.wall = now;
    this.monotonic = monotonic;
    if (back <= 0) return { now, setBackTo: null };
    if (back >= WORTH_A_WARNING) this.warn(back);
    return { now, setBackTo: lastLook };
  }

  private warn(back: number): void {
    const shift = formatDuration(Math.round(back / SECOND) * SECOND);
    this.logger.warn(`The clock was set back by ${shift} or more; slots that have their run are not run again`);
  }
}
