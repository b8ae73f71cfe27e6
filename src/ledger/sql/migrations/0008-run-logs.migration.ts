import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlDialect } from '../sql-dialect.js';

/** The log lines of runs. */
export const runLogs = ({ counter }: SqlDialect): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('run_logs')
      .addColumn('position', counter.type, counter.definition)
      .addColumn('run_id', 'text', (column) => column.notNull().references('runs.id').onDelete('cascade'))
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('level', 'text', (column) => column.notNull())
      .addColumn('line', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('run_logs_run').on('run_logs').columns(['run_id', 'position']).execute();
  },
});
