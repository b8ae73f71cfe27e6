import { Injectable } from '@nestjs/common';
import { Clock } from '../../time/clock.js';
import {
  type HistoryQuery,
  type RetentionPolicy,
  RunAmbiguousError,
  RunHistory,
  type TaskOverview,
} from '../run-history.js';
import type { ItemFailure } from '../run-ledger.js';
import type { Run } from '../../runs/run.js';
import { HistoryRetention } from './history-retention.js';
import { LedgerStore } from '../sqlite/ledger-store.js';
import { isActive } from './run-queries.js';
import { toDate, toItemFailure, toRun } from './run-rows.js';

@Injectable()
export class SqlRunHistory extends RunHistory {
  constructor(
    private readonly store: LedgerStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  async list({ task, statuses, limit }: HistoryQuery): Promise<readonly Run[]> {
    const rows = await this.store.read((db) => {
      let query = db.selectFrom('runs').selectAll().orderBy('id', 'desc').limit(limit);
      if (task !== undefined) query = query.where('task', '=', task);
      if (statuses !== undefined) query = query.where('status', 'in', [...statuses]);
      return query.execute();
    });
    return rows.map(toRun);
  }

  async find(id: string): Promise<Run | null> {
    const prefix = id.toLowerCase();
    const rows = await this.store.read((db) =>
      // Ids are hexadecimal digits and dashes: `~` sorts behind all of them.
      db.selectFrom('runs').selectAll().where('id', '>=', prefix).where('id', '<', `${prefix}~`).limit(2).execute(),
    );
    if (rows.length > 1) throw new RunAmbiguousError(id);
    return rows[0] ? toRun(rows[0]) : null;
  }

  async failedItems(runId: string): Promise<readonly ItemFailure[]> {
    const rows = await this.store.read((db) =>
      db.selectFrom('failed_items').selectAll().where('run_id', '=', runId).orderBy('position').execute(),
    );
    return rows.map(toItemFailure);
  }

  async overview(): Promise<ReadonlyMap<string, TaskOverview>> {
    const { tasks, runs } = await this.store.read(async (db) => ({
      tasks: await db.selectFrom('tasks').select(['task', 'last_success_finished_at']).execute(),
      runs: await db
        .selectFrom('runs')
        .selectAll()
        .where('id', 'in', (ended) => ended.selectFrom('tasks').select('last_run').where('last_run', 'is not', null))
        .union((active) => active.selectFrom('runs').selectAll().where(isActive))
        .orderBy('id')
        .execute(),
    }));
    // The later of two runs of a task is the one that is active.
    const lastRuns = new Map(runs.map((row) => [row.task, toRun(row)]));
    const overviews = tasks.map(({ task, last_success_finished_at }): TaskOverview => {
      return { task, lastRun: lastRuns.get(task) ?? null, lastSuccessAt: toDate(last_success_finished_at) };
    });
    const everRan = overviews.filter(({ lastRun, lastSuccessAt }) => lastRun ?? lastSuccessAt);
    return new Map(everRan.map((overview) => [overview.task, overview]));
  }

  async prune(policy: RetentionPolicy): Promise<number> {
    return new HistoryRetention(this.store, policy, this.clock.now().getTime()).apply();
  }
}
