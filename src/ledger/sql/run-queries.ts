import { type Insertable, type Selectable, sql } from 'kysely';
import type { Actor } from '../../runs/actor.js';
import type { ItemCounts, Run, RunError, RunParams } from '../../runs/run.js';
import type { Execution, OpenItems, OrphanedRun, RunProgress } from '../run-ledger.js';
import type { RunsTable, TasksTable } from './ledger.schema.js';
import { RowList } from './row-list.js';
import { listed } from './sql-dialect.js';
import { PreparedQuery, type Transaction } from './transaction.js';

export type RunRow = Selectable<RunsTable>;

export function toRun(row: RunRow): Run {
  return {
    id: row.id,
    task: row.task,
    trigger: row.trigger,
    slot: toDate(row.slot),
    status: row.status,
    reason: row.reason,
    attempt: row.attempt,
    queuedAt: new Date(row.queued_at),
    startedAt: toDate(row.started_at),
    finishedAt: toDate(row.finished_at),
    durationMs: row.finished_at === null ? null : row.worked_ms,
    items: toValue<ItemCounts>(row.items),
    ...(row.params !== null && { params: JSON.parse(row.params) as RunParams }),
    ...(row.dry_run > 0 && { dryRun: true }),
    ...(row.after_run !== null && { after: row.after_run }),
    ...(row.retry_of !== null && { retryOf: row.retry_of, retriedAttempt: row.retried_attempt! }),
    actor: toValue<Actor>(row.actor),
    worker: row.worker,
    result: toValue(row.result),
    error: toValue<RunError>(row.error),
  };
}

/** `row` as it is now, running; `before` as an interrupted attempt has left it. */
export function toExecution(row: RunRow, task: KnownTask | undefined, before?: RunRow): Execution {
  return {
    run: toRun(row),
    at: new Date(row.at ?? row.started_at ?? row.queued_at),
    lastSuccess: toDate(task?.last_success_at ?? null),
    state: toValue(task?.state ?? null),
    resume: before ? { ...toProgress(before), crashed: before.status === 'running', crashes: row.crashes } : null,
    only: toValue<string[]>(row.only_items),
    attemptBeganAt: new Date(row.resumed_at ?? row.started_at ?? row.queued_at),
    workedMs: row.worked_ms ?? 0,
  };
}

export function toDate(instant: number | null): Date | null {
  return instant === null ? null : new Date(instant);
}

export type ActiveRow = Pick<RunRow, 'id' | 'task' | 'owner' | 'status' | 'crashes' | 'attempt'>;

export function toOrphan({ id, task, status, crashes }: ActiveRow): OrphanedRun {
  return { id, task, crashes: status === 'running' ? crashes + 1 : 0 };
}

function toProgress(row: RunRow): RunProgress {
  const open = toValue<OpenItems>(row.open_items) ?? { pending: [], unconfirmed: [] };
  return { items: toValue<ItemCounts>(row.items), ...open };
}

export function toValue<T>(json: string | null): T | null {
  return json === null ? null : (JSON.parse(json) as T);
}

// Spelled out rather than passed as values: SQLite uses a partial index only where the query
// repeats its condition.
export const isActive = sql<boolean>`status in ('running', 'interrupted')`;
export const isQueued = sql<boolean>`status = 'queued'`;

/** What is looked for among many runs that went well, as the index `runs_troubled` lists it. */
const RARE_STATUSES: readonly string[] = ['failed', 'partial', 'timed_out', 'cancelled', 'skipped', 'missed'];
export const isTroubled = sql<boolean>`status in (${sql.raw(RARE_STATUSES.map((status) => `'${status}'`).join(', '))})`;

export const isBesideSchedule = sql<boolean>`trigger <> 'schedule'`;

/** Rows that have no error touch no index of those that have. */
export const hasError = sql<boolean>`error is not null`;

export function isRare(status: string): boolean {
  return RARE_STATUSES.includes(status);
}

/** What a claim records of a run; the other columns are null. */
export const newRuns = new RowList<RunRow>({
  text: [
    ...(['id', 'task', 'trigger', 'status', 'reason', 'owner', 'actor', 'worker', 'only_items', 'params'] as const),
    ...(['after_run', 'retry_of', 'result'] as const),
  ],
  bigint: ['slot', 'attempt', 'at', 'queued_at', 'started_at', 'finished_at', 'dry_run', 'retried_attempt'],
});

// A run is left out whose slot has its run, or whose task is active when the run would be too.

/** One run, at half the cost of a list of one. */
export const insertRun = new PreparedQuery<Insertable<RunsTable>>((db, value) =>
  db
    .insertInto('runs')
    .values(Object.fromEntries(newRuns.columns.map((column) => [column, value(column)])) as Insertable<RunsTable>)
    .onConflict((conflict) => conflict.doNothing()),
);

/** `runs`: of `newRuns`. Answers the ids of those that were not left out. */
export const insertRuns = new PreparedQuery<{ runs: string }, { id: string }>((db, value, dialect) =>
  db
    .insertInto('runs')
    .columns(newRuns.columns)
    .expression(newRuns.select(dialect, value('runs')))
    .onConflict((conflict) => conflict.doNothing())
    .returning('id'),
);

export const deleteRuns = new PreparedQuery<{ ids: string }>((db, value, dialect) =>
  db.deleteFrom('runs').where('id', 'in', listed(dialect, value('ids'))),
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

/** Changes nothing when another process has started it. */
export const startRun = new PreparedQuery<{ id: string; owner: string; worker: string; now: number }, RunRow>(
  (db, value) =>
    db
      .updateTable('runs')
      .set((run) => ({
        status: 'running',
        owner: value('owner'),
        worker: value('worker'),
        started_at: value('now'),
        at: run.fn.coalesce('at', run.val(value('now'))),
      }))
      .where('id', '=', value('id'))
      .where(isQueued)
      .returningAll(),
);

export const attemptsOfRuns = new RowList<Pick<RunRow, 'id' | 'attempt'>>({ text: ['id'], bigint: ['attempt'] });

/** Several processes may try: the attempt tells who is late. `attempts`: of `attemptsOfRuns`. */
export const resumeRuns = new PreparedQuery<{ attempts: string; owner: string; worker: string; now: number }, RunRow>(
  (db, value, dialect) =>
    db
      .updateTable('runs')
      .set((run) => ({
        status: 'running',
        reason: null,
        owner: value('owner'),
        worker: value('worker'),
        resumed_at: value('now'),
        attempt: run('attempt', '+', 1),
        // A process that stops in order records its runs as interrupted.
        crashes: sql<number>`case when status = 'running' then crashes + 1 else 0 end`,
      }))
      .where((run) =>
        run(run.refTuple('id', 'attempt'), 'in', sql<never>`(${attemptsOfRuns.select(dialect, value('attempts'))})`),
      )
      .where(isActive)
      .returningAll(),
);

/** Who writes to a run. It is theirs as long as it is active under this owner in this attempt. */
export type Holder = Pick<RunRow, 'id' | 'attempt'> & { readonly owner: string };

export function isHeld(value: <Name extends keyof Holder>(name: Name) => Holder[Name]) {
  return sql<boolean>`id = ${value('id')} and owner = ${value('owner')} and attempt = ${value('attempt')}
    and ${isActive}`;
}

export const recordProgress = new PreparedQuery<Holder & { items: string | null; open_items: string }>((db, value) =>
  db
    .updateTable('runs')
    .set((run) => ({
      items: run.fn.coalesce(run.val(value('items')), 'items'),
      open_items: value('open_items'),
      crashes: 0,
    }))
    .where(isHeld(value)),
);

/** Ends the run, or interrupts it where `finished_at` is null: what it has open is kept then. */
export const endRun = new PreparedQuery<
  Holder & Pick<RunRow, 'status' | 'reason' | 'finished_at' | 'items' | 'open_items' | 'result' | 'error' | 'worked_ms'>
>((db, value) =>
  db
    .updateTable('runs')
    .set((run) => ({
      status: value('status'),
      reason: value('reason'),
      finished_at: value('finished_at'),
      items: run.fn.coalesce(run.val(value('items')), 'items'),
      open_items: sql`case when cast(${value('finished_at')} as bigint) is null
        then coalesce(${value('open_items')}, open_items) end`,
      result: value('result'),
      error: value('error'),
      worked_ms: value('worked_ms'),
    }))
    .where(isHeld(value)),
);

type KnownTask = Pick<TasksTable, 'task' | 'last_success_at' | 'state'>;

const ofTask = new PreparedQuery<{ task: string }, KnownTask>((db, value) =>
  db.selectFrom('tasks').select(['task', 'last_success_at', 'state']).where('task', '=', value('task')),
);

const ofTasks = new PreparedQuery<{ tasks: string }, KnownTask>((db, value, dialect) =>
  db
    .selectFrom('tasks')
    .select(['task', 'last_success_at', 'state'])
    .where('task', 'in', listed(dialect, value('tasks'))),
);

/** What earlier runs have left, by task. Tasks that the ledger does not know yet are missing. */
export function* knownTasks(runs: readonly { readonly task: string }[]): Transaction<Map<string, KnownTask>> {
  const [run] = runs;
  if (!run) return new Map();
  // A list of one costs several times as much.
  const known = yield* runs.length === 1
    ? ofTask.rows(run)
    : ofTasks.rows({ tasks: JSON.stringify(runs.map(({ task }) => task)) });
  return new Map(known.map((row) => [row.task, row]));
}
