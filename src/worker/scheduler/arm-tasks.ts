import type { WorkerEvents } from '../../runs/worker-events.js';
import type { RegisteredTask } from '../registry/registered-task.js';
import type { RunClaim } from '../../ledger/run-ledger.js';
import type { ReplacedSchedule, ScheduleLedger } from '../../ledger/schedule-ledger.js';
import { ScheduleInvalidError, TimeZoneUnknownError } from '../schedules/schedule.errors.js';
import { parseSchedule } from '../schedules/schedule.parser.js';
import type { Schedule } from '../schedules/schedule.js';
import { ArmedTask } from './armed-tasks.js';
import { recordMissed } from './missed-slots.js';

/**
 * Arms every task that has a schedule, each from where the ledger says that its slots have been
 * dealt with. A schedule that is new or changed begins now: a shorter interval must not replay
 * history; what its predecessor has missed is recorded, and told. Slots after `awakeSince` count as
 * on time: a living replica is about to claim them.
 */
export async function armTasks(
  tasks: readonly RegisteredTask[],
  ledger: ScheduleLedger,
  events: WorkerEvents,
  now: Date,
  awakeSince = now,
): Promise<ArmedTask[]> {
  const scheduled = tasks.flatMap((task) => (task.schedule ? { task, schedule: task.schedule } : []));
  const entries = scheduled.map(({ task, schedule: { text, timezone } }) => {
    return { task: task.name, schedule: text, timezone };
  });
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const claimMissed = (replaced: ReplacedSchedule) => missedBy(replaced, byName, awakeSince.getTime());
  const { lookFrom, missed } = await ledger.adopt(entries, now, claimMissed);
  for (const run of missed) events.emit('slot.missed', { run });
  return scheduled.map(({ task, schedule }) => {
    // It is after `now` when the clock was set back while the worker was down.
    const from = Math.min(lookFrom.get(task.name)?.getTime() ?? Infinity, now.getTime());
    return new ArmedTask(task, schedule, from, awakeSince.getTime());
  });
}

function missedBy(
  replaced: ReplacedSchedule,
  tasks: ReadonlyMap<string, RegisteredTask>,
  until: number,
): readonly RunClaim[] {
  const task = tasks.get(replaced.task);
  const schedule = readReplaced(replaced);
  if (!task || !schedule) return [];
  return recordMissed({ task, schedule, after: replaced.after.getTime(), until, reason: 'schedule_changed' });
}

/** Null for what this version cannot read any more: its slots are then not known. */
function readReplaced({ schedule, timezone }: ReplacedSchedule): Schedule | null {
  try {
    return parseSchedule(schedule, timezone);
  } catch (error) {
    if (error instanceof ScheduleInvalidError || error instanceof TimeZoneUnknownError) return null;
    throw error;
  }
}
