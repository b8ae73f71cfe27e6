import { sql } from 'kysely';
import type { TasksTable } from './ledger.schema.js';
import { RowList } from './row-list.js';
import { PreparedQuery } from './transaction.js';

// What is kept of a task because it would otherwise have to be looked for in its history.

export const newestSlots = new RowList<Pick<TasksTable, 'task' | 'last_slot'>>({
  text: ['task'],
  bigint: ['last_slot'],
});

/** `slots`: of `newestSlots`. A slot that is older than the known one, or null, changes nothing. */
export const recordSlots = new PreparedQuery<{ slots: string }>((db, value, dialect) => ({
  compile: () =>
    sql`insert into tasks (task, last_slot) ${newestSlots.select(dialect, value('slots'))}
      on conflict (task) do update set last_slot = excluded.last_slot
      where excluded.last_slot > coalesce(tasks.last_slot, 0)`.compile(db),
}));

/**
 * `succeeded_at`: the reference instant of a run that succeeded, otherwise null. `state`: what it
 * leaves for the next one; null leaves it as it is.
 */
export const recordEnd = new PreparedQuery<{
  task: string;
  run: string;
  slot: number | null;
  succeeded_at: number | null;
  finished_at: number | null;
  state: string | null;
}>((db, value) =>
  db
    .updateTable('tasks')
    .set((task) => ({
      last_run: value('run'),
      // Not updated when the run is claimed: that saves a write per run.
      last_slot: sql`case when ${value('slot')} > coalesce(last_slot, 0) then ${value('slot')} else last_slot end`,
      last_success_at: task.fn.coalesce(task.val(value('succeeded_at')), 'last_success_at'),
      last_success_finished_at: task.fn.coalesce(task.val(value('finished_at')), 'last_success_finished_at'),
      state: task.fn.coalesce(task.val(value('state')), 'state'),
    }))
    .where('task', '=', value('task')),
);
