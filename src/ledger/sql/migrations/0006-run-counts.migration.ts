import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlDialect } from '../sql-dialect.js';

/**
 * Counts of runs that pruning leaves alone. The database itself counts each run that ends: however
 * it does, the count is in the same commit.
 */
export const runCounts = ({ runCounting }: SqlDialect): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('run_counts')
      .addColumn('task', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('trigger', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('runs', 'bigint', (column) => column.notNull())
      .addColumn('items_succeeded', 'bigint', (column) => column.notNull())
      .addColumn('items_failed', 'bigint', (column) => column.notNull())
      .addColumn('items_skipped', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('run_counts_pk', ['task', 'status', 'trigger', 'reason'])
      .execute();
    for (const statement of runCounting) await statement.execute(db);
    await sql`create index items_quarantined on items (task) where quarantined_until is not null`.execute(db);
  },
});
