import { Injectable } from '@nestjs/common';
import { Clock } from '../../time/clock.js';
import { LedgerStatistics, type RunCount, type TaskStatistics } from '../ledger-statistics.js';
import type { RunCountsTable } from './ledger.schema.js';
import { isActive, toDate } from './run-queries.js';
import { SqlStore } from './sql-store.js';
import { rowsOf, type Transaction } from './transaction.js';

@Injectable()
export class SqlLedgerStatistics extends LedgerStatistics {
  constructor(
    private readonly store: SqlStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  tasks(): Promise<readonly TaskStatistics[]> {
    const now = this.clock.now().getTime();
    return this.store.read(() => statisticsOfTasks(now));
  }
}

function* statisticsOfTasks(now: number): Transaction<TaskStatistics[]> {
  const tasks = yield* rowsOf((db) =>
    db
      .selectFrom('tasks')
      .leftJoin('runs', 'runs.id', 'tasks.last_run')
      .select(['tasks.task', 'last_success_finished_at', 'status', 'started_at']),
  );
  const counts = Map.groupBy(yield* rowsOf((db) => db.selectFrom('run_counts').selectAll()), ({ task }) => task);
  const active = yield* rowsOf((db) => db.selectFrom('runs').select(['task', 'started_at']).where(isActive));
  const begun = new Map(active.map(({ task, started_at }) => [task, started_at]));
  const quarantined = yield* quarantinedByTask(now);
  return tasks.map(({ task, last_success_finished_at, status, started_at }) => ({
    task,
    ...totalsOf(counts.get(task) ?? []),
    quarantined: quarantined.get(task) ?? 0,
    lastStartedAt: toDate(begun.get(task) ?? started_at),
    lastStatus: status,
    lastSuccessAt: toDate(last_success_finished_at),
  }));
}

function* quarantinedByTask(now: number): Transaction<Map<string, number>> {
  const rows = yield* rowsOf((db) =>
    db
      .selectFrom('items')
      .select(({ fn }) => ['task', fn.countAll<number | bigint | string>().as('items')])
      .where('quarantined_until', 'is not', null)
      .where('quarantined_until', '>', now)
      .groupBy('task'),
  );
  return new Map(rows.map(({ task, items }) => [task, Number(items)]));
}

function totalsOf(counts: readonly RunCountsTable[]): Pick<TaskStatistics, 'runs' | 'items'> {
  const items = { succeeded: 0, failed: 0, skipped: 0 };
  const runs = counts.map((count): RunCount => {
    items.succeeded += Number(count.items_succeeded);
    items.failed += Number(count.items_failed);
    items.skipped += Number(count.items_skipped);
    const { status, trigger, reason } = count;
    return { status, trigger, reason: reason === '' ? null : reason, runs: Number(count.runs) };
  });
  return { runs, items };
}
