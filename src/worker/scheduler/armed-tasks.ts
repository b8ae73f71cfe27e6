import { SECOND } from '../../time/duration.js';
import type { RegisteredTask } from '../registry/registered-task.js';
import type { RunClaim } from '../../ledger/run-ledger.js';
import type { Schedule } from '../schedules/schedule.js';
import type { TaskEngine } from '../task-engine.js';
import { catchUp, recordMissed, type Standstill } from './missed-slots.js';

/** A slot that is noticed within this time of being due is on time. */
export const ON_TIME_WITHIN_MS = 5 * SECOND;

const EARLY_CLAIM_MIN_TASKS = 100;
const EARLY_CLAIM_LEAD_MS = 50;

/** What is to be claimed now. */
export interface DueClaims {
  readonly tasks: readonly ArmedTask[];
  /** The instant up to which their slots are claimed: now, or the slot that is claimed early. */
  readonly until: number;
}

/**
 * A scheduled task and how far its slots have been dealt with. A task whose runs are put off lives
 * behind the clock by that much.
 */
export class ArmedTask {
  private due = Infinity;
  /** The slot after the one that is due, computed in advance so as not to delay that one. */
  private following = Infinity;

  constructor(
    readonly task: RegisteredTask,
    private readonly schedule: Schedule,
    /** Slots up to this instant are dealt with. */
    private cursor: number,
    /** Slots up to this instant came before the process could see them. */
    private awakeSince: number,
  ) {
    this.awakeSince -= task.delay;
    this.aim(this.slotAfter(cursor));
  }

  /** The schedule as text, see `Schedule.text`. */
  get text(): string {
    return this.schedule.text;
  }

  /** When the next slot is due; `Infinity`: there is none any more. */
  get dueAt(): number {
    return this.due + this.task.delay;
  }

  /** What has to be claimed, oldest first, for the slots that are due. Changes nothing. */
  claims(clock: number): RunClaim[] {
    const now = clock - this.task.delay;
    if (this.due > now) return [];
    const newest = this.newestSlot(now);
    if (newest <= this.awakeSince || newest < now - ON_TIME_WITHIN_MS) return catchUp(this.standstill(now));
    if (newest === this.due) return [onTime(this.task, newest, this.task.overlap)];
    return this.claimsUpTo(newest);
  }

  /** The slots up to now are dealt with, durably. */
  advance(clock: number): void {
    const now = clock - this.task.delay;
    this.cursor = now;
    this.aim(this.following > now ? this.following : this.slotAfter(now));
  }

  /** The clock was set back: slots come again, and the ledger knows which of them had their run. */
  rewind(clock: number): void {
    const now = clock - this.task.delay;
    this.cursor = Math.min(this.cursor, now);
    this.awakeSince = Math.min(this.awakeSince, now);
    this.aim(this.slotAfter(this.cursor));
  }

  /** A run on time stands for the late slots before it, unless the task wants all of them. */
  private claimsUpTo(slot: number): RunClaim[] {
    const late = this.standstill(slot - 1);
    if (this.task.catchUp === 'all') return [...catchUp(late), onTime(this.task, slot, 'queue')];
    return [...recordMissed(late), onTime(this.task, slot, this.task.overlap)];
  }

  private newestSlot(now: number): number {
    if (this.following > now) return this.due;
    return this.schedule.between(this.due, now, 1).slots[0] ?? this.due;
  }

  private standstill(until: number): Standstill {
    const reason = this.cursor < this.awakeSince ? 'down' : 'late';
    return { task: this.task, schedule: this.schedule, after: this.cursor, until, reason };
  }

  private aim(due: number): void {
    this.due = due;
    this.following = this.slotAfter(due);
  }

  private slotAfter(instant: number): number {
    return Number.isFinite(instant) ? (this.schedule.next(instant) ?? Infinity) : Infinity;
  }
}

/**
 * The tasks that are armed, and when to claim which. When at least 100 of them share a slot, they
 * are claimed 50 ms early, to begin at it: a thousand claims take 10 ms. A task that is active then
 * is claimed at its slot: whether the two runs overlap is only known when that comes.
 */
export class ArmedTasks {
  constructor(
    readonly all: readonly ArmedTask[],
    private readonly engine: TaskEngine,
  ) {}

  /** The tasks that are due when the clock shows `now`, those that are claimed early included. */
  due(now: number): DueClaims {
    const { at, isShared } = this.nextSlot();
    const until = isShared && at - EARLY_CLAIM_LEAD_MS <= now ? Math.max(at, now) : now;
    const isDue = ({ dueAt, task }: ArmedTask) => dueAt <= now || (dueAt <= until && !this.engine.isActive(task.name));
    return { tasks: this.all.filter(isDue), until };
  }

  /** When to look again, in epoch milliseconds; `Infinity` when nothing comes due any more. */
  nextLook(now: number): number {
    const { at, isShared } = this.nextSlot();
    const early = at - EARLY_CLAIM_LEAD_MS;
    return isShared && early > now ? early : at;
  }

  private nextSlot(): { readonly at: number; readonly isShared: boolean } {
    let at = Infinity;
    let tasks = 0;
    for (const { dueAt } of this.all) {
      if (dueAt > at) continue;
      tasks = dueAt < at ? 1 : tasks + 1;
      at = dueAt;
    }
    return { at, isShared: tasks >= EARLY_CLAIM_MIN_TASKS };
  }
}

/** A run for a slot that is noticed in time: the slot is its reference instant. */
function onTime({ name }: RegisteredTask, slot: number, overlap: RunClaim['overlap']): RunClaim {
  const instant = new Date(slot);
  return { task: name, trigger: 'schedule', slot: instant, at: instant, overlap };
}
