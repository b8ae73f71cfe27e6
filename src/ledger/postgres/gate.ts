import { SECOND } from '../../time/duration.js';

/** Less than a lease by more than a request takes to go out. */
const OPEN_FOR_MS = 4.5 * SECOND;

/** A beat that the database has recorded. */
export interface Beat {
  /** When it was sent, on the clock of `performance.now()`. */
  readonly sentAt: number;
  /** The same instant on the wall clock, in epoch milliseconds. */
  readonly sentAtWall: number;
}

/**
 * Whether this process may act. A pure deadline: it shuts by itself, however late the news of a
 * lost connection come, and also in a process that was frozen and does not know.
 */
export class Gate {
  private beat: Beat | undefined;

  /** Only the time since the beat counts: it may come late. */
  open(beat: Beat): void {
    this.beat = beat;
  }

  shut(): void {
    this.beat = undefined;
  }

  isOpen(now = performance.now(), wall = Date.now()): boolean {
    const { beat } = this;
    // A suspended machine stops the one clock, and a user may set the other: both have to agree.
    return beat !== undefined && now < beat.sentAt + OPEN_FOR_MS && wall < beat.sentAtWall + OPEN_FOR_MS;
  }
}
