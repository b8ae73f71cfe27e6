import { SECOND } from '../../config/duration.js';
import type { RegisteredTask } from '../registered-task.js';
import type { RunClaim } from '../run-ledger.js';
import type { Schedule } from '../schedules/schedule.js';
import { catchUp, recordMissed, type Standstill } from './missed-slots.js';
import { onTime } from './slot-claims.js';

/** A slot that is noticed within this time of being due is on time. */
export const PUNCTUALITY = 5 * SECOND;

const NOT_RUNNING = 'the worker was not running';
const NOTICED_LATE = 'noticed too late';

/** A scheduled task and how far its slots have been dealt with. */
export class ArmedTask {
  /** When its next slot is due; `Infinity`: there is none any more. */
  dueAt: number;

  constructor(
    readonly task: RegisteredTask,
    private readonly schedule: Schedule,
    /** Slots up to this instant are dealt with. */
    private cursor: number,
    /** Slots up to this instant came before the process could see them. */
    private awakeSince: number,
  ) {
    this.dueAt = this.slotAfter(cursor);
  }

  /** What has to be claimed, oldest first, for the slots that are due. Changes nothing. */
  claims(now: number): RunClaim[] {
    if (this.dueAt > now) return [];
    const [newest] = this.schedule.between(this.cursor, now, 1).slots;
    if (newest === undefined) return [];
    if (newest <= this.awakeSince || newest < now - PUNCTUALITY) return catchUp(this.standstill(now));
    if (newest === this.dueAt) return [onTime(this.task, newest, this.task.overlap)];
    return this.claimsBefore(newest);
  }

  /** The slots up to now are dealt with, durably. */
  advance(now: number): void {
    this.cursor = now;
    this.dueAt = this.slotAfter(now);
  }

  /** The clock was set back: what comes again is looked at again, and the ledger knows which slots had their run. */
  rewind(now: number): void {
    this.cursor = Math.min(this.cursor, now);
    this.awakeSince = Math.min(this.awakeSince, now);
    this.dueAt = this.slotAfter(this.cursor);
  }

  /** The run for a slot on time stands for the late ones before it, except where the task wants all of them. */
  private claimsBefore(slot: number): RunClaim[] {
    const late = this.standstill(slot - 1);
    if (this.task.catchUp === 'all') return [...catchUp(late), onTime(this.task, slot, 'queue')];
    return [...recordMissed(late), onTime(this.task, slot, this.task.overlap)];
  }

  private standstill(until: number): Standstill {
    const reason = this.cursor < this.awakeSince ? NOT_RUNNING : NOTICED_LATE;
    return { task: this.task, schedule: this.schedule, after: this.cursor, until, reason };
  }

  private slotAfter(instant: number): number {
    return this.schedule.next(instant) ?? Infinity;
  }
}
