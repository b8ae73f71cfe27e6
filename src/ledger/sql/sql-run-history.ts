import { Injectable } from '@nestjs/common';
import type { Selectable } from 'kysely';
import type { Run, RunError } from '../../runs/run.js';
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
import type { FailedItemsTable } from './ledger.schema.js';
import { itemIdOf } from './recorded-text.js';
import { isActive, type RunRow, toDate, toRun } from './run-queries.js';
import { SqlStore } from './sql-store.js';
import { rowsOf, type Transaction } from './transaction.js';

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
    return (await this.store.read(() => newestRuns(query))).map(toRun);
  }

  async find(id: string): Promise<Run | null> {
    const [run, another] = await this.store.read(() => runsThatBeginWith(id.toLowerCase()));
    if (another) throw new RunAmbiguousError(id);
    return run ? toRun(run) : null;
  }

  async failedItems(runId: string): Promise<readonly ItemFailure[]> {
    const rows = await this.store.read(() =>
      rowsOf((db) => db.selectFrom('failed_items').selectAll().where('run_id', '=', runId).orderBy('position')),
    );
    return rows.map(toItemFailure);
  }

  async overview(): Promise<ReadonlyMap<string, TaskOverview>> {
    const overviews = await this.store.read(taskOverviews);
    const everRan = overviews.filter(({ lastRun, lastSuccessAt }) => lastRun ?? lastSuccessAt);
    return new Map(everRan.map((overview) => [overview.task, overview]));
  }

  async prune(policy: RetentionPolicy): Promise<number> {
    return new HistoryRetention(this.store, policy, this.clock.now().getTime()).apply();
  }
}

function* newestRuns({ task, statuses, limit }: HistoryQuery): Transaction<RunRow[]> {
  if (statuses?.length === 0) return [];
  return yield* rowsOf((db) => {
    let query = db.selectFrom('runs').selectAll().orderBy('id', 'desc').limit(limit);
    if (task !== undefined) query = query.where('task', '=', task);
    if (statuses !== undefined) query = query.where('status', 'in', statuses);
    return query;
  });
}

/** At most two. They lie between ids of full length, which every collation sorts alike. */
function* runsThatBeginWith(prefix: string): Transaction<RunRow[]> {
  if (prefix.replace(/[0-9a-f]/g, '0') !== LEAST_ID.slice(0, prefix.length)) return [];
  const least = prefix + LEAST_ID.slice(prefix.length);
  const greatest = prefix + GREATEST_ID.slice(prefix.length);
  return yield* rowsOf((db) =>
    db.selectFrom('runs').selectAll().where('id', '>=', least).where('id', '<=', greatest).limit(2),
  );
}

function* taskOverviews(): Transaction<TaskOverview[]> {
  const tasks = yield* rowsOf((db) => db.selectFrom('tasks').select(['task', 'last_success_finished_at']));
  const runs = yield* rowsOf((db) =>
    db
      .selectFrom('runs')
      .selectAll()
      .where('id', 'in', (ended) => ended.selectFrom('tasks').select('last_run').where('last_run', 'is not', null))
      .union((active) => active.selectFrom('runs').selectAll().where(isActive))
      .orderBy('id'),
  );
  // The later of two runs of a task is the one that is active.
  const lastRuns = new Map(runs.map((row) => [row.task, toRun(row)]));
  return tasks.map(({ task, last_success_finished_at }) => {
    return { task, lastRun: lastRuns.get(task) ?? null, lastSuccessAt: toDate(last_success_finished_at) };
  });
}

function toItemFailure(row: Pick<Selectable<FailedItemsTable>, 'item_id' | 'error' | 'attempts'>): ItemFailure {
  return { id: itemIdOf(row.item_id), error: JSON.parse(row.error) as RunError, attempts: row.attempts };
}
