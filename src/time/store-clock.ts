import { Clock } from './clock.js';

/** Less is the network's and no clock's; a clock that is moved a little all the time is worse. */
const MIN_CORRECTION_MS = 100;

/** The clock of the database that processes share: theirs may differ, and slots are the same. */
export class StoreClock extends Clock {
  private aheadMs = 0;

  override now(): Date {
    return new Date(Date.now() + this.aheadMs);
  }

  /**
   * The database's clock is `offsetMs` ahead of this machine's, give or take `errorMs`. Answers
   * whether the time has changed.
   */
  follow(offsetMs: number, errorMs: number): boolean {
    if (Math.abs(offsetMs - this.aheadMs) <= MIN_CORRECTION_MS + errorMs) return false;
    this.aheadMs = offsetMs;
    return true;
  }
}
