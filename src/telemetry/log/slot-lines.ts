import { Logger } from '@nestjs/common';
import { formatDuration, SECOND } from '../../time/duration.js';
import type { Run } from '../../runs/run.js';
import type { WorkerEventMap } from '../../runs/worker-event-map.js';
import type { WorkerEvents } from '../../runs/worker-events.js';
import { lineAbout } from './run-lines.js';

const MAX_TASKS_NAMED = 10;
/** Below this, a clock is only being kept in step. */
const MIN_CLOCK_SHIFT_LOGGED_MS = SECOND;

export function logSlots(events: WorkerEvents): void {
  const logger = new Logger('TaskScheduler');
  events.on('slot.skipped', ({ run }) => lineAbout(run, 'log', 'Slot skipped', { reason: run.reason }));
  logMissed(events);
  events.on('slot.rejected', ({ task, error: err }) =>
    new Logger('Ledger').error({ msg: 'Cannot record a claimed run; it does not take place', task, err }),
  );
  events.on('scheduler.armed', ({ tasks }) => logger.log(describeArmed(tasks)));
  events.on('scheduler.blocked', ({ error: err }) =>
    logger.error({ msg: 'Cannot record due slots; retrying every second', err }),
  );
  events.on('scheduler.unblocked', () => logger.log('Recording due slots again'));
  events.on('scheduler.clock_set_back', ({ byMs }) => {
    if (byMs < MIN_CLOCK_SHIFT_LOGGED_MS) return;
    const shift = formatDuration(Math.round(byMs / SECOND) * SECOND);
    logger.warn(`The clock was set back by ${shift} or more; slots that have their run are not run again`);
  });
}

/** A standstill misses many slots at once: one line for those that a task records together. */
function logMissed(events: WorkerEvents): void {
  const missed = new Map<string, { readonly first: Run; readonly slots: number }>();
  events.on('slot.missed', async ({ run }) => {
    const { first, slots } = missed.get(run.task) ?? { first: run, slots: 0 };
    missed.set(run.task, { first, slots: slots + 1 });
    if (slots > 0 || missed.size > 1) return;
    // The others of the same commit are told of in the same turn.
    await Promise.resolve();
    const all = [...missed.values()];
    missed.clear();
    for (const { first, slots } of all) {
      lineAbout(first, 'warn', slots === 1 ? 'Slot missed' : `${slots} slots missed`, { reason: first.reason });
    }
  });
}

/** `4 tasks armed: send_reminders (every 5m, next 2026-11-23T12:05:00.000Z), …` */
function describeArmed(tasks: WorkerEventMap['scheduler.armed']['tasks']): string {
  if (tasks.length === 0) return 'No task has a schedule';
  const named = tasks
    .slice(0, MAX_TASKS_NAMED)
    .map(({ name, schedule, next }) => `${name} (${schedule}, next ${next?.toISOString() ?? 'never'})`);
  const rest = tasks.length > MAX_TASKS_NAMED ? `, and ${tasks.length - MAX_TASKS_NAMED} more` : '';
  return `${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'} armed: ${named.join(', ')}${rest}`;
}
