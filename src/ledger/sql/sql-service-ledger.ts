import { hostname } from 'node:os';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../time/clock.js';
import { type LedgerWorker, type RunningService, type ServiceAnnouncement, ServiceLedger } from '../service-ledger.js';
import { toValue } from './run-queries.js';
import { SqlStore } from './sql-store.js';
import { changesOf, rowsOf, type Transaction } from './transaction.js';

@Injectable()
export class SqlServiceLedger extends ServiceLedger {
  constructor(
    private readonly store: SqlStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  async announce({ url, tasks }: ServiceAnnouncement): Promise<void> {
    const { processId: id, role } = this.store.writer;
    const now = this.clock.now().getTime();
    const entry = { id, role, pid: process.pid, host: hostname(), started_at: now, seen_at: now };
    const told = { url, tasks: JSON.stringify(tasks) };
    await this.store.write(() =>
      changesOf((db) =>
        db
          .insertInto('processes')
          .values({ ...entry, ...told })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(told)),
      ),
    );
  }

  all(): Promise<readonly RunningService[]> {
    return this.store.read(() => runningServices(this.store));
  }

  workers(): Promise<readonly LedgerWorker[]> {
    return this.store.read(() => livingWorkers(this.store));
  }
}

function* livingWorkers({ members }: SqlStore): Transaction<LedgerWorker[]> {
  const rows = yield* rowsOf((db) => db.selectFrom('processes').selectAll().orderBy('started_at').orderBy('id'));
  const living = rows.length > 0 ? yield* members.living(rows.map(({ id }) => id)) : new Set();
  return rows
    .filter(({ id }) => living.has(id))
    .map(({ pid, host, role, started_at, url }) => ({ pid, host, role, startedAt: new Date(started_at), url }));
}

function* runningServices({ members }: SqlStore): Transaction<readonly RunningService[]> {
  const services = yield* rowsOf((db) =>
    db.selectFrom('processes').selectAll().where('role', '=', 'service').orderBy('started_at', 'desc'),
  );
  const living = services.length > 0 ? yield* members.living(services.map(({ id }) => id)) : new Set();
  return services
    .filter(({ id }) => living.has(id))
    .map(({ pid, host, started_at, url, tasks }) => {
      const announcement = url === null ? null : { url, tasks: toValue<ServiceAnnouncement['tasks']>(tasks) ?? [] };
      return { pid, host, startedAt: new Date(started_at), announcement };
    });
}
