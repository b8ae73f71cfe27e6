import { databaseName, type DatabaseSettings } from '../config/database-settings.js';
import type { WorkerEvents } from '../runs/worker-events.js';
import type { Clock } from '../time/clock.js';
import { type LedgerCopies, LedgerCopyError } from './ledger-copies.js';
import type { LedgerConnection } from './ledger-connection.js';
import { PostgresStore } from './postgres/postgres-store.js';
import type { SqlStore } from './sql/sql-store.js';
import { SqliteLedgerCopies } from './sqlite/sqlite-ledger-copies.js';
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

/** Throws where the database is copied by tools of its own. */
export function createCopies(database: DatabaseSettings, clock: Clock): LedgerCopies {
  if ('path' in database) return new SqliteLedgerCopies(database.path, clock);
  const tools = `pg_dump --schema=${database.schema} and pg_restore`;
  throw new LedgerCopyError(`The ledger is ${databaseName(database)}. Back it up and restore it with ${tools}.`);
}
