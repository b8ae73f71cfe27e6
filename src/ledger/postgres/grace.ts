import { SECOND } from '../../time/duration.js';

/** A process that has not been heard of for as long counts as dead, on the database's clock. */
export const LEASE_MS = 5.5 * SECOND;

/** Beats come every second: more means that one was missed. */
const MAX_GAP_MS = 2.5 * SECOND;

/**
 * Whether this process may judge others. After an outage of the store everybody looks dead: only
 * who has itself been heard of for a whole lease, without a gap, knows that others could have been.
 */
export class Grace {
  private since = Infinity;
  private last = -Infinity;

  /** A beat that was sent then, on the clock of `performance.now()`, is on record. */
  beaten(sentAt: number): void {
    if (sentAt > this.last + MAX_GAP_MS) this.since = sentAt;
    this.last = sentAt;
  }

  /** A beat is not on record. */
  missed(): void {
    this.last = -Infinity;
    this.since = Infinity;
  }

  mayJudge(now = performance.now()): boolean {
    return now < this.last + MAX_GAP_MS && now >= this.since + LEASE_MS;
  }
}
