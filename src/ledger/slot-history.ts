import type { Run } from '../runs/run.js';

/** A schedule, and since when it is in force: until the next one of its task. */
export interface ScheduleInForce {
  /** As text, see `Schedule.text`; null: the task had no schedule. */
  readonly schedule: string | null;
  readonly timezone: string | null;
  readonly since: Date;
}

/** Reads what is on record of the slots of one task. Safe beside a running service. */
export abstract class SlotHistory {
  /** Oldest first; empty for a task that never had one. */
  abstract schedules(task: string): Promise<readonly ScheduleInForce[]>;

  /** What the slot came to; null: nothing is on record. */
  abstract runFor(task: string, slot: Date): Promise<Run | null>;

  /** The run of the same task that was active when this one was queued. */
  abstract inTheWayOf(run: Run): Promise<Run | null>;

  /** For slots after this one, oldest first, at most 200. */
  abstract runsAfter(task: string, slot: Date): Promise<readonly Run[]>;
}
