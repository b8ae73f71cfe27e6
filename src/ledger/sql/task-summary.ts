import { sql } from 'kysely';
import type { TasksTable } from './ledger.schema.js';
import { PreparedQuery } from './prepared-query.js';
import { RowList } from './row-list.js';
import { listed } from './sql-dialect.js';
import type { Transaction } from './transaction.js';

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

/** `succeeded_at`: the reference instant of a run that succeeded, otherwise null. */
export const recordEnd = new PreparedQuery<{
  task: string;
  run: string;
  slot: number | null;
  succeeded_at: number | null;
  finished_at: number | null;
}>((db, value) =>
  db
    .updateTable('tasks')
    .set((task) => ({
      last_run: value('run'),
      // Not updated when the run is claimed: that saves a write per run.
      last_slot: sql`case when ${value('slot')} > coalesce(last_slot, 0) then ${value('slot')} else last_slot end`,
      last_success_at: task.fn.coalesce(task.val(value('succeeded_at')), 'last_success_at'),
      last_success_finished_at: task.fn.coalesce(task.val(value('finished_at')), 'last_success_finished_at'),
    }))
    .where('task', '=', value('task')),
);

type KnownTask = Pick<TasksTable, 'task' | 'last_success_at'>;

const ofTask = new PreparedQuery<{ task: string }, KnownTask>((db, value) =>
  db.selectFrom('tasks').select(['task', 'last_success_at']).where('task', '=', value('task')),
);

const ofTasks = new PreparedQuery<{ tasks: string }, KnownTask>((db, value, dialect) =>
  db
    .selectFrom('tasks')
    .select(['task', 'last_success_at'])
    .where('task', 'in', listed(dialect, value('tasks'))),
);

/** Reference instants by task. Tasks that the ledger does not know yet are missing. */
export function* lastSuccesses(runs: readonly { readonly task: string }[]): Transaction<Map<string, number | null>> {
  const [run] = runs;
  if (!run) return new Map();
  // A list of one costs several times as much.
  const known = yield* runs.length === 1
    ? ofTask.rows(run)
    : ofTasks.rows({ tasks: JSON.stringify(runs.map(({ task }) => task)) });
  return new Map(known.map(({ task, last_success_at }) => [task, last_success_at]));
}
