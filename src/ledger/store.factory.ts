import { databaseName, type DatabaseSettings } from '../config/database-settings.js';
import type { WorkerEvents } from '../runs/worker-events.js';
import type { Clock } from '../time/clock.js';
import type { LedgerConnection } from './ledger-connection.js';
import { PostgresStore } from './postgres/postgres-store.js';
import type { SqlStore } from './sql/sql-store.js';
import { SqliteStore } from './sqlite/sqlite-store.js';

/** For the database that the settings name. Opens nothing. */
export function createStore(
  database: DatabaseSettings,
  clock: Clock,
  events: WorkerEvents,
): SqlStore & LedgerConnection {
  if ('path' in database) return new SqliteStore(database.path, clock, events);
  return new PostgresStore(database, databaseName(database), clock, events);
}
