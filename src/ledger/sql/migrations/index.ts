import type { Migration } from 'kysely/migration';
import type { SqlDialect } from '../sql-dialect.js';
import { runs } from './0001-runs.migration.js';
import { runCrashes } from './0003-run-crashes.migration.js';
import { services } from './0004-services.migration.js';
import { commands } from './0005-commands.migration.js';
import { runCounts } from './0006-run-counts.migration.js';
import { alerts } from './0007-alerts.migration.js';
import { runLogs } from './0008-run-logs.migration.js';
import { runRequests } from './0009-run-requests.migration.js';
import { opsApi } from './0012-ops-api.migration.js';
import { taskState } from './0013-task-state.migration.js';
import { runAfter } from './0013b-run-after.migration.js';
import { listIndexes } from './0015-list-indexes.migration.js';
import { runRetries } from './0016-run-retries.migration.js';
import { chunks } from './0020-chunks.migration.js';
import { errorIndexes } from './0022-error-indexes.migration.js';
import { upstreamShares } from './0023-upstream-shares.migration.js';

export type Migrations = Readonly<Record<string, Migration>>;

/** Every migration, in the order of its name. A released one is never changed: add the next. */
const MIGRATIONS: Readonly<Record<string, (dialect: SqlDialect) => Migration>> = {
  '0001-runs': runs,
  '0003-run-crashes': () => runCrashes,
  '0004-services': () => services,
  '0005-commands': commands,
  '0006-run-counts': runCounts,
  '0007-alerts': alerts,
  '0008-run-logs': runLogs,
  '0009-run-requests': () => runRequests,
  '0012-ops-api': () => opsApi,
  '0013-task-state': () => taskState,
  '0013b-run-after': () => runAfter,
  '0015-list-indexes': () => listIndexes,
  '0016-run-retries': () => runRetries,
  '0020-chunks': () => chunks,
  '0022-error-indexes': () => errorIndexes,
  '0023-upstream-shares': () => upstreamShares,
};

/** The newest that this program knows. */
export const LATEST_MIGRATION = Object.keys(MIGRATIONS).toSorted().at(-1)!;

export function ledgerMigrations(dialect: SqlDialect): Migrations {
  return Object.fromEntries(Object.entries(MIGRATIONS).map(([name, migration]) => [name, migration(dialect)]));
}
