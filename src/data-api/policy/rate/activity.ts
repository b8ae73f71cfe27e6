import type { RateTicket } from './rate-ticket.js';

/** The weight of the newest answer in the mean time of those that passed. */
const NEWEST = 0.2;
const FIRST_PASS_MS = 5;

/** What has passed since the last darkness. */
export class Activity {
  /** Start of the first of it; -Infinity when nothing has passed. */
  since = -Infinity;
  passes = 0;
  /** Start of the last request that passed, ever. */
  lastPassAt = -Infinity;
  /** Mean time of the last requests that passed. */
  passMs = FIRST_PASS_MS;

  passed({ sentAt }: RateTicket, now: number): void {
    if (this.since === -Infinity) this.since = sentAt;
    this.passes++;
    this.passMs += (now - sentAt - this.passMs) * NEWEST;
    this.lastPassAt = Math.max(this.lastPassAt, sentAt);
  }

  /** With the probe that has passed. */
  beginWith(probe: RateTicket): void {
    this.since = probe.sentAt;
    this.passes = 1;
  }

  forget(): void {
    this.since = -Infinity;
    this.passes = 0;
  }
}
