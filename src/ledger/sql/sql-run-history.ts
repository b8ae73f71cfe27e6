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
import { isOf } from './run-selection.js';
import { type Membership, SqlStore } from './sql-store.js';
import { rowsOf, type Transaction } from './transaction.js';

type Members = Pick<Membership, 'living'>;

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
function* runsOfStatus(query: HistoryQuery, status: RunStatus | null, left: LeftRuns): Transaction<RunRow[]> {
  const { triggers, limit } = query;
  return yield* rowsOf((db) => {
    let runs = db.selectFrom('runs').selectAll().where(isOf(query)).orderBy('id', 'desc').limit(limit);
    if (status !== null) runs = runs.where(left.haveStatus([status]));
    if (status !== null && isRare(status)) runs = runs.where(isTroubled);
    const few = status && onTheWay(status);
    // By id, since the order of the list would have the whole history read for them.
    if (few) runs = runs.where('id', 'in', (those) => those.selectFrom('runs').select('id').where(few));
    if (triggers !== undefined) runs = runs.where('trigger', 'in', triggers);
    if (triggers !== undefined && !triggers.includes('schedule')) runs = runs.where(isBesideSchedule);
    return runs;
  });
}

/** What is on the way: always few, and found through the indexes of claims and starts. */
function onTheWay(status: RunStatus): Expression<SqlBool> | null {
  if (status === 'queued') return isQueued;
  return status === 'running' || status === 'interrupted' ? isActive : null;
}

/** At most two. */
function* runsThatBeginWith(prefix: string, members: Members): Transaction<Run[]> {
  const query = { idPrefix: prefix, limit: 2 };
  const rows = yield* rowsOf((db) => db.selectFrom('runs').selectAll().where(isOf(query)).limit(query.limit));
  const left = yield* LeftRuns.find(members);
  return rows.map((row) => left.toRun(row));
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
