import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Items of a run that other replicas than its holder work on. */
export const chunks: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('chunks')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('run_id', 'text', (column) => column.notNull().references('runs.id').onDelete('cascade'))
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('owner', 'text')
      .addColumn('items', 'text', (column) => column.notNull())
      .addColumn('results', 'text')
      .addColumn('recorded', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('counted', 'bigint', (column) => column.notNull().defaultTo(0))
      .addColumn('failure', 'text')
      .execute();
    await db.schema.createIndex('chunks_run').on('chunks').columns(['run_id', 'status']).execute();
  },
};
