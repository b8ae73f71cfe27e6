import type { BeforeDarkness } from './darkness.js';
import type { RateTicket } from './rate-ticket.js';

/** The weight of the newest answer in the mean time of those that passed. */
const NEWEST = 0.2;
const FIRST_PASS_MS = 5;

/** What has passed since the last darkness. */
export class Activity {
  /** Start of the first of it; -Infinity when nothing has passed. */
  private since = -Infinity;
  /** When that was answered. */
  private firstAnsweredAt = -Infinity;
  passes = 0;
  /** Start of the last request that passed, ever. */
  private lastPassAt = -Infinity;
  /** Mean time of the last requests that passed. */
  passMs = FIRST_PASS_MS;

  passed({ sentAt }: RateTicket, now: number): void {
    if (this.since === -Infinity) {
      this.since = sentAt;
      this.firstAnsweredAt = now;
    }
    this.passes++;
    this.passMs += (now - sentAt - this.passMs) * NEWEST;
    this.lastPassAt = Math.max(this.lastPassAt, sentAt);
  }

  /** As a darkness sees it that begins now. */
  before(now: number, refusedAt: number): BeforeDarkness {
    const activeSince = this.since === -Infinity ? now : this.since;
    const windowBeganBy = Math.max(activeSince, this.firstAnsweredAt);
    return { activeSince, windowBeganBy, lastPassAt: this.lastPassAt, refusedAt };
  }

  /** With the probe that has passed. */
  beginWith(probe: RateTicket, now: number): void {
    this.since = probe.sentAt;
    this.firstAnsweredAt = now;
    this.passes = 1;
  }

  forget(): void {
    this.since = -Infinity;
    this.passes = 0;
  }
}
