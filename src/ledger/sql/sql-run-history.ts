import { Injectable } from '@nestjs/common';
import { type Expression, type Selectable, sql, type SqlBool } from 'kysely';
import type { Run, RunError, RunStatus } from '../../runs/run.js';
import { Clock } from '../../time/clock.js';
import {
  type HistoryQuery,
  type RetentionPolicy,
  RunAmbiguousError,
  RunHistory,
  type TaskOverview,
} from '../run-history.js';
import type { ItemFailure } from '../run-ledger.js';
import { HistoryRetention } from './history-retention.js';
import { LeftRuns } from './left-runs.js';
import type { FailedItemsTable } from './ledger.schema.js';
import { itemIdOf } from './recorded-text.js';
import {
  isActive,
  isBesideSchedule,
  isQueued,
  isRare,
  isTroubled,
  type RunRow,
  toDate,
  toValue,
} from './run-queries.js';
import { type Membership, SqlStore } from './sql-store.js';
import { rowsOf, type Transaction } from './transaction.js';

type Members = Pick<Membership, 'living'>;

/** The ids that all others lie between. */
const LEAST_ID = '00000000-0000-0000-0000-000000000000';
const GREATEST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

@Injectable()
export class SqlRunHistory extends RunHistory {
  constructor(
    private readonly store: SqlStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  async list(query: HistoryQuery): Promise<readonly Run[]> {
    return this.store.read(() => newestRuns(query, this.store.members));
  }

  async find(id: string): Promise<Run | null> {
    const [run, another] = await this.store.read(() => runsThatBeginWith(id.toLowerCase(), this.store.members));
    if (another) throw new RunAmbiguousError(id);
    return run ?? null;
  }

  async failedItems(runId: string): Promise<readonly ItemFailure[]> {
    const rows = await this.store.read(() =>
      rowsOf((db) => db.selectFrom('failed_items').selectAll().where('run_id', '=', runId).orderBy('position')),
    );
    return rows.map(toItemFailure);
  }

  async overview(task?: string): Promise<ReadonlyMap<string, TaskOverview>> {
    const overviews = await this.store.read(() => taskOverviews(this.store.members, task));
    const everRan = overviews.filter(({ lastRun, lastSuccessAt }) => lastRun ?? lastSuccessAt);
    return new Map(everRan.map((overview) => [overview.task, overview]));
  }

  async prune(policy: RetentionPolicy): Promise<number> {
    return new HistoryRetention(this.store, policy, this.clock.now().getTime()).apply();
  }
}

/**
 * Ids sort by the time of recording, so every bound in time is one of ids. Of several statuses each
 * is read by itself: a page of rare ones is found in their index, where a list of statuses would
 * read the whole history.
 */
function* newestRuns(query: HistoryQuery, members: Members): Transaction<Run[]> {
  const { statuses = [null], limit } = query;
  const left = yield* LeftRuns.find(members);
  const rows: RunRow[] = [];
  for (const status of new Set(statuses)) rows.push(...(yield* runsOfStatus(query, status, left)));
  rows.sort((one, other) => (one.id < other.id ? 1 : -1));
  return rows.slice(0, limit).map((row) => left.toRun(row));
}

/** `status` null: of any. */
function* runsOfStatus(
  { task, triggers, since, until, q, before, limit }: HistoryQuery,
  status: RunStatus | null,
  left: LeftRuns,
): Transaction<RunRow[]> {
  return yield* rowsOf((db) => {
    let query = db.selectFrom('runs').selectAll().orderBy('id', 'desc').limit(limit);
    if (task !== undefined) query = query.where('task', '=', task);
    if (status !== null) query = query.where(left.haveStatus([status]));
    if (status !== null && isRare(status)) query = query.where(isTroubled);
    const few = status && onTheWay(status);
    // By id, since the order of the list would have the whole history read for them.
    if (few) query = query.where('id', 'in', (those) => those.selectFrom('runs').select('id').where(few));
    if (triggers !== undefined) query = query.where('trigger', 'in', triggers);
    if (triggers !== undefined && !triggers.includes('schedule')) query = query.where(isBesideSchedule);
    if (since !== undefined) query = query.where('id', '>=', leastIdAt(since));
    if (until !== undefined) query = query.where('id', '<', leastIdAt(until));
    if (before !== undefined) query = query.where('id', '<', before);
    if (q !== undefined) query = query.where(fits(q));
    return query;
  });
}

/** What is on the way: always few, and found through the indexes of claims and starts. */
function onTheWay(status: RunStatus): Expression<SqlBool> | null {
  if (status === 'queued') return isQueued;
  return status === 'running' || status === 'interrupted' ? isActive : null;
}

/** The beginning of an id is a range; other texts are looked for where there are errors. */
function fits(q: string): Expression<SqlBool> {
  const prefix = q.toLowerCase();
  if (isBeginningOfId(prefix)) {
    const least = prefix + LEAST_ID.slice(prefix.length);
    const greatest = prefix + GREATEST_ID.slice(prefix.length);
    return sql<SqlBool>`id between ${least} and ${greatest}`;
  }
  const pattern = `%${q.replace(/[\\%_]/g, '\\$&')}%`;
  return sql<SqlBool>`${isTroubled} and lower(error) like lower(${pattern}) escape '\\'`;
}

/** Of version 7 (RFC 9562 §5.7): the first 48 bits are the milliseconds. */
function leastIdAt(instant: Date): string {
  const time = Math.max(0, instant.getTime()).toString(16).padStart(12, '0').slice(-12);
  return `${time.slice(0, 8)}-${time.slice(8)}${LEAST_ID.slice(13)}`;
}

/** At most two. They lie between ids of full length, which every collation sorts alike. */
function* runsThatBeginWith(prefix: string, members: Members): Transaction<Run[]> {
  if (!isBeginningOfId(prefix)) return [];
  const least = prefix + LEAST_ID.slice(prefix.length);
  const greatest = prefix + GREATEST_ID.slice(prefix.length);
  const rows = yield* rowsOf((db) =>
    db.selectFrom('runs').selectAll().where('id', '>=', least).where('id', '<=', greatest).limit(2),
  );
  const left = yield* LeftRuns.find(members);
  return rows.map((row) => left.toRun(row));
}

function isBeginningOfId(prefix: string): boolean {
  return prefix.replace(/[0-9a-f]/g, '0') === LEAST_ID.slice(0, prefix.length);
}

/** `only` undefined: of all tasks. */
function* taskOverviews(members: Members, only: string | undefined): Transaction<TaskOverview[]> {
  const left = yield* LeftRuns.find(members);
  const named = only === undefined ? sql<boolean>`true` : sql<boolean>`task = ${only}`;
  const tasks = yield* rowsOf((db) =>
    db.selectFrom('tasks').select(['task', 'last_success_finished_at', 'state']).where(named),
  );
  const runs = yield* rowsOf((db) =>
    db
      .selectFrom('runs')
      .selectAll()
      .where('id', 'in', (ended) =>
        ended.selectFrom('tasks').select('last_run').where('last_run', 'is not', null).where(named),
      )
      .union((active) => active.selectFrom('runs').selectAll().where(isActive).where(named))
      .orderBy('id'),
  );
  // The later of two runs of a task is the one that is active.
  const lastRuns = new Map(runs.map((row) => [row.task, left.toRun(row)]));
  return tasks.map(({ task, last_success_finished_at, state }) => ({
    task,
    lastRun: lastRuns.get(task) ?? null,
    lastSuccessAt: toDate(last_success_finished_at),
    ...(state !== null && { state: toValue(state) }),
  }));
}

function toItemFailure(row: Pick<Selectable<FailedItemsTable>, 'item_id' | 'error' | 'attempts'>): ItemFailure {
  return { id: itemIdOf(row.item_id), error: JSON.parse(row.error) as RunError, attempts: row.attempts };
}
