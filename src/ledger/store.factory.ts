import { databaseName, type DatabaseSettings } from '../config/database-settings.js';
import type { WorkerEvents } from '../runs/worker-events.js';
import type { Clock } from '../time/clock.js';
import { type Lease, UnsharedLease } from './lease.js';
import { type LedgerCopies, LedgerCopyError } from './ledger-copies.js';
import type { LedgerConnection } from './ledger-connection.js';
import type { RunQueue } from './run-queue.js';
import { BossQueue } from './postgres/boss-queue.js';
import { PostgresUpstreamShares } from './postgres/postgres-upstream-shares.js';
import { PostgresStore } from './postgres/postgres-store.js';
import { ProcessLease } from './postgres/process-lease.js';
import type { SqlStore } from './sql/sql-store.js';
import { SqliteLedgerCopies } from './sqlite/sqlite-ledger-copies.js';
import { SqliteStore } from './sqlite/sqlite-store.js';
import type { UpstreamShares } from './upstream-shares.js';

/** The ledger's store, and how this process shares it with others. */
export abstract class StoreParts {
  abstract readonly store: SqlStore & LedgerConnection;
  abstract readonly lease: Lease;
  /** Null where there is one service, which needs none. */
  abstract readonly queue: RunQueue | null;
  /** Null where there is one service, which has all for itself. */
  abstract readonly upstreams: UpstreamShares | null;
}

/** For the database that the settings name. Opens nothing. */
export function createStore(database: DatabaseSettings, clock: Clock, events: WorkerEvents): StoreParts {
  if ('path' in database) {
    const store = new SqliteStore(database.path, clock, events);
    return { store, lease: new UnsharedLease(), queue: null, upstreams: null };
  }
  const lease = new ProcessLease();
  const { schema } = database;
  const queue: BossQueue = new BossQueue(
    () => ({
      ...{ client: store.clientConfig, canListen: store.canListen, schema, ledger: databaseName(database) },
      execute: (text, values) => store.executeSql(text, values),
    }),
    events,
  );
  const store: PostgresStore = new PostgresStore(database, databaseName(database), clock, events, { lease, queue });
  return { store, lease, queue, upstreams: new PostgresUpstreamShares(store, lease) };
}

/** Throws where the database is copied by tools of its own. */
export function createCopies(database: DatabaseSettings, clock: Clock): LedgerCopies {
  if ('path' in database) return new SqliteLedgerCopies(database.path, clock);
  const tools = `pg_dump --schema=${database.schema} and pg_restore`;
  throw new LedgerCopyError(`The ledger is ${databaseName(database)}. Back it up and restore it with ${tools}.`);
}
