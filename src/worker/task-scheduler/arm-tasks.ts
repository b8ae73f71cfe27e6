import type { RegisteredTask } from '../registered-task.js';
import type { RunClaim } from '../run-ledger.js';
import type { KnownSchedule, ScheduleLedger } from '../schedule-ledger.js';
import { ScheduleInvalidError, TimeZoneUnknownError } from '../schedules/schedule.errors.js';
import { parseSchedule } from '../schedules/schedule.parser.js';
import type { Schedule } from '../schedules/schedule.js';
import { ArmedTask } from './armed-task.js';
import { recordMissed } from './missed-slots.js';

interface ScheduledTask {
  readonly task: RegisteredTask;
  readonly schedule: Schedule;
}

/** Arms every task that has a schedule, each from where the ledger says that its slots have been dealt with. */
export async function armTasks(
  tasks: readonly RegisteredTask[],
  ledger: ScheduleLedger,
  now: Date,
): Promise<{ armed: ArmedTask[]; replaced: RunClaim[] }> {
  const scheduled = tasks.flatMap((task) => (task.schedule ? { task, schedule: task.schedule } : []));
  const entries = scheduled.map(({ task, schedule: { text, timezone } }) => {
    return { task: task.name, schedule: text, timezone };
  });
  const known = await ledger.adopt(entries, now);
  return {
    armed: scheduled.map((each) => arm(each, known.get(each.task.name), now.getTime())),
    replaced: scheduled.flatMap(({ task }) => missedByReplaced(task, known.get(task.name), now.getTime())),
  };
}

/** A schedule that is new or changed begins now: a shorter interval must not replay history. */
function arm({ task, schedule }: ScheduledTask, known: KnownSchedule | undefined, now: number): ArmedTask {
  const after = known && !known.replaced ? known.after.getTime() : now;
  // After `now`: the clock was set back while the worker was down.
  return new ArmedTask(task, schedule, Math.min(after, now), now);
}

function missedByReplaced(task: RegisteredTask, known: KnownSchedule | undefined, until: number): RunClaim[] {
  if (!known?.replaced) return [];
  const schedule = readReplaced(known.replaced);
  if (!schedule) return [];
  return recordMissed({ task, schedule, after: known.after.getTime(), until, reason: 'schedule changed' });
}

/** Null for what this version cannot read any more: its slots are then not known. */
function readReplaced({ schedule, timezone }: NonNullable<KnownSchedule['replaced']>): Schedule | null {
  try {
    return parseSchedule(schedule, timezone);
  } catch (error) {
    if (error instanceof ScheduleInvalidError || error instanceof TimeZoneUnknownError) return null;
    throw error;
  }
}
