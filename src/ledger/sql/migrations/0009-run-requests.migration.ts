import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What a run by hand was given, and whether it holds its changes back. */
export const runRequests: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('runs').addColumn('params', 'text').execute();
    await db.schema
      .alterTable('runs')
      .addColumn('dry_run', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
