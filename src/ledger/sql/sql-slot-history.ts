import { Injectable } from '@nestjs/common';
import type { Run } from '../../runs/run.js';
import { type ScheduleInForce, SlotHistory } from '../slot-history.js';
import { isActive, toRun } from './run-queries.js';
import { SqlStore } from './sql-store.js';
import { firstOf, rowsOf, type Transaction } from './transaction.js';

const MAX_RUNS_AFTER = 200;

@Injectable()
export class SqlSlotHistory extends SlotHistory {
  constructor(private readonly store: SqlStore) {
    super();
  }

  async schedules(task: string): Promise<readonly ScheduleInForce[]> {
    return this.store.read(() => schedulesOf(task));
  }

  async runFor(task: string, slot: Date): Promise<Run | null> {
    const row = await this.store.read(() =>
      firstOf((db) => db.selectFrom('runs').selectAll().where('slot', '=', slot.getTime()).where('task', '=', task)),
    );
    return row ? toRun(row) : null;
  }

  async inTheWayOf({ id, task, queuedAt }: Run): Promise<Run | null> {
    const at = queuedAt.getTime();
    const row = await this.store.read(() =>
      firstOf((db) =>
        db
          .selectFrom('runs')
          .selectAll()
          .where('task', '=', task)
          .where('id', '<', id)
          .where('started_at', '<=', at)
          .where((run) => run.or([run('finished_at', '>', at), isActive]))
          .orderBy('id', 'desc')
          .limit(1),
      ),
    );
    return row ? toRun(row) : null;
  }

  async runsAfter(task: string, slot: Date): Promise<readonly Run[]> {
    const rows = await this.store.read(() =>
      rowsOf((db) =>
        db
          .selectFrom('runs')
          .selectAll()
          .where('task', '=', task)
          .where('slot', '>', slot.getTime())
          .orderBy('slot')
          .limit(MAX_RUNS_AFTER),
      ),
    );
    return rows.map(toRun);
  }
}

function* schedulesOf(task: string): Transaction<ScheduleInForce[]> {
  const rows = yield* rowsOf((db) =>
    db.selectFrom('schedule_history').selectAll().where('task', '=', task).orderBy('since'),
  );
  const now = yield* firstOf((db) => db.selectFrom('tasks').selectAll().where('task', '=', task));
  // A schedule may be older than the history of schedules.
  const { schedule = null, timezone = null, in_force_since: since = null } = now ?? {};
  if (schedule !== null && since !== null && rows.every((row) => row.since < since)) {
    rows.push({ task, schedule, timezone, since });
  }
  return rows.map((row) => ({ schedule: row.schedule, timezone: row.timezone, since: new Date(row.since) }));
}
