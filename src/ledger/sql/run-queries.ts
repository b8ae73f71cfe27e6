import { type Insertable, sql } from 'kysely';
import type { RunsTable } from './ledger.schema.js';
import { PreparedQuery } from './prepared-query.js';
import type { RunRow } from './run-rows.js';

// Spelled out rather than passed as values: SQLite uses a partial index only where the query repeats its condition.
export const isActive = sql<boolean>`status in ('running', 'interrupted')`;
export const isQueued = sql<boolean>`status = 'queued'`;

/** The values of a JSON array as a list for `in`: one statement for any number of values. */
export function listed(json: string) {
  return sql<string>`(select value from json_each(${json}))`;
}

export interface TaskStanding {
  readonly task: string;
  readonly active: string | null;
  readonly owner: string | null;
  readonly waiting: number;
  readonly last_success_at: number | null;
}

/** Where each of the tasks stands; `waiting`: whether a scheduled run waits for its turn. */
export const standingOfTasks = new PreparedQuery<{ tasks: string }, TaskStanding>((db, value) => ({
  compile: () =>
    sql<TaskStanding>`
      select asked.value as task, active.id as active, active.owner as owner,
        exists (select 1 from runs where task = asked.value and status = 'queued' and trigger = 'schedule') as waiting,
        tasks.last_success_at as last_success_at
      from json_each(${value('tasks')}) as asked
      left join tasks on tasks.task = asked.value
      left join runs as active on active.task = asked.value and active.status in ('running', 'interrupted')`.compile(
      db,
    ),
}));

type NewRun = Insertable<RunsTable>;

function newRun(value: <Name extends keyof NewRun>(name: Name) => NewRun[Name]) {
  return {
    id: value('id'),
    task: value('task'),
    trigger: value('trigger'),
    slot: value('slot'),
    status: value('status'),
    reason: value('reason'),
    attempt: value('attempt'),
    at: value('at'),
    owner: value('owner'),
    queued_at: value('queued_at'),
    started_at: value('started_at'),
    finished_at: value('finished_at'),
  };
}

/** Changes nothing when the slot has its run already. */
export const insertRun = new PreparedQuery<NewRun>((db, value) =>
  db
    .insertInto('runs')
    .values(newRun(value))
    .onConflict((conflict) => conflict.columns(['slot', 'task']).where('slot', 'is not', null).doNothing()),
);

/** Changes nothing when the slot has its run already, or the task is active. */
export const insertActiveRun = new PreparedQuery<NewRun>((db, value) =>
  db
    .insertInto('runs')
    .values(newRun(value))
    .onConflict((conflict) => conflict.doNothing()),
);

export const lastSuccess = new PreparedQuery<{ task: string }, { last_success_at: number | null }>((db, value) =>
  db.selectFrom('tasks').select('last_success_at').where('task', '=', value('task')),
);

export const selectRun = new PreparedQuery<{ id: string }, RunRow>((db, value) =>
  db.selectFrom('runs').selectAll().where('id', '=', value('id')),
);

export const nextQueuedRun = new PreparedQuery<{ task: string }, { id: string }>((db, value) =>
  db
    .selectFrom('runs')
    .select('id')
    .where('task', '=', value('task'))
    .where(isQueued)
    .where((run) =>
      run.not(run.exists(run.selectFrom('runs').select('id').where('task', '=', value('task')).where(isActive))),
    )
    .orderBy('id')
    .limit(1),
);

export const startRun = new PreparedQuery<{ id: string; owner: string; now: number }, RunRow>((db, value) =>
  db
    .updateTable('runs')
    .set((run) => ({
      status: 'running',
      owner: value('owner'),
      started_at: value('now'),
      at: run.fn.coalesce('at', run.val(value('now'))),
    }))
    .where('id', '=', value('id'))
    .returningAll(),
);

export const resumeRun = new PreparedQuery<{ id: string; owner: string }, RunRow>((db, value) =>
  db
    .updateTable('runs')
    .set((run) => ({
      status: 'running',
      reason: null,
      owner: value('owner'),
      attempt: run('attempt', '+', 1),
    }))
    .where('id', '=', value('id'))
    .returningAll(),
);

export const recordProgress = new PreparedQuery<
  { id: string; items: string | null; open_items: string },
  { task: string }
>((db, value) =>
  db
    .updateTable('runs')
    .set((run) => ({ items: run.fn.coalesce(run.val(value('items')), 'items'), open_items: value('open_items') }))
    .where('id', '=', value('id'))
    .where(isActive)
    .returning('task'),
);

// Whoever ends a run has it: to have the row returned costs as much as to write it.
export const endRun = new PreparedQuery<
  Pick<RunRow, 'id' | 'status' | 'reason' | 'finished_at' | 'items' | 'result' | 'error'>
>((db, value) =>
  db
    .updateTable('runs')
    .set((run) => ({
      status: value('status'),
      reason: value('reason'),
      finished_at: value('finished_at'),
      items: run.fn.coalesce(run.val(value('items')), 'items'),
      open_items: null,
      result: value('result'),
      error: value('error'),
    }))
    .where('id', '=', value('id'))
    .where(isActive),
);

export const interruptRun = new PreparedQuery<Pick<RunRow, 'id' | 'reason' | 'items' | 'open_items'>>((db, value) =>
  db
    .updateTable('runs')
    .set((run) => ({
      status: 'interrupted',
      reason: value('reason'),
      items: run.fn.coalesce(run.val(value('items')), 'items'),
      open_items: run.fn.coalesce(run.val(value('open_items')), 'open_items'),
    }))
    .where('id', '=', value('id'))
    .where(isActive),
);

/** `slots`: a JSON array of pairs of task and slot, the slot null for a run by hand. */
export const recordSlots = new PreparedQuery<{ slots: string }>((db, value) => ({
  compile: () =>
    sql`
      insert into tasks (task, last_slot)
      select value ->> 0, value ->> 1 from json_each(${value('slots')}) where true
      on conflict (task) do update set last_slot = excluded.last_slot
      where excluded.last_slot > coalesce(tasks.last_slot, 0)`.compile(db),
}));

/** That a run has started is recorded with its slot; that its slot was claimed is noted here with its end. */
function newestSlot(slot: number | null) {
  return sql<number | null>`case when ${slot} > coalesce(last_slot, 0) then ${slot} else last_slot end`;
}

export const recordEnd = new PreparedQuery<{ task: string; run: string; slot: number | null }>((db, value) =>
  db
    .updateTable('tasks')
    .set({ last_run: value('run'), last_slot: newestSlot(value('slot')) })
    .where('task', '=', value('task')),
);

export const recordSuccess = new PreparedQuery<{
  task: string;
  run: string;
  slot: number | null;
  at: number;
  finished_at: number;
}>((db, value) =>
  db
    .updateTable('tasks')
    .set({
      last_run: value('run'),
      last_slot: newestSlot(value('slot')),
      last_success_at: value('at'),
      last_success_finished_at: value('finished_at'),
    })
    .where('task', '=', value('task')),
);
