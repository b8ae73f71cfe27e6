import { Logger } from '@nestjs/common';
import { formatDuration, SECOND } from '../../time/duration.js';
import type { Run } from '../../runs/run.js';
import type { WorkerEventMap } from '../../runs/worker-event-map.js';
import type { WorkerEvents } from '../../runs/worker-events.js';
import { fieldsOf } from './run-lines.js';

const MAX_TASKS_NAMED = 10;

export function logSlots(events: WorkerEvents): void {
  const logger = new Logger('TaskScheduler');
  events.on('slot.skipped', ({ run }) =>
    new Logger(run.task).log({ msg: 'Slot skipped', reason: run.reason, ...fieldsOf(run) }),
  );
  logMissed(events);
  events.on('slot.rejected', ({ task, error }) =>
    new Logger('Ledger').error({ msg: 'Cannot record a claimed run; it does not take place', task, err: error }),
  );
  events.on('scheduler.armed', ({ tasks }) => logger.log(describeArmed(tasks)));
  events.on('scheduler.blocked', ({ error }) =>
    logger.error({ msg: 'Cannot record due slots; retrying every second', err: error }),
  );
  events.on('scheduler.unblocked', () => logger.log('Recording due slots again'));
  events.on('scheduler.clock_set_back', ({ byMs }) => {
    // Below this, a clock is only being kept in step.
    if (byMs < SECOND) return;
    const shift = formatDuration(Math.round(byMs / SECOND) * SECOND);
    logger.warn(`The clock was set back by ${shift} or more; slots that have their run are not run again`);
  });
}

/** A standstill misses many slots at once: one line for those of a task that are recorded together. */
function logMissed(events: WorkerEvents): void {
  const missed: Run[] = [];
  events.on('slot.missed', async ({ run }) => {
    if (missed.push(run) > 1) return;
    // The others of the same commit are reported in the same turn.
    await Promise.resolve();
    for (const [task, runs] of Map.groupBy(missed.splice(0), (run) => run.task)) logMissedOf(task, runs);
  });
}

function logMissedOf(task: string, runs: readonly Run[]): void {
  const [first] = runs;
  const logger = new Logger(task);
  if (!first) return;
  if (runs.length === 1) logger.warn({ msg: 'Slot missed', reason: first.reason, ...fieldsOf(first) });
  else {
    const [from, to] = [first, runs.at(-1)].map((run) => run?.slot?.toISOString());
    logger.warn({ msg: `${runs.length} slots missed`, reason: first.reason, task, from, to });
  }
}

/** `4 tasks armed: send_reminders (every 5m, next 2026-11-23T12:05:00.000Z), …`, the first due first. */
function describeArmed(tasks: WorkerEventMap['scheduler.armed']['tasks']): string {
  if (tasks.length === 0) return 'No task has a schedule';
  const named = tasks
    .slice(0, MAX_TASKS_NAMED)
    .map(({ name, schedule, next }) => `${name} (${schedule}, next ${next?.toISOString() ?? 'never'})`);
  const rest = tasks.length > MAX_TASKS_NAMED ? `, and ${tasks.length - MAX_TASKS_NAMED} more` : '';
  return `${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'} armed: ${named.join(', ')}${rest}`;
}
