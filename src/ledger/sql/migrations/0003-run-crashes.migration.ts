import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** How often in a row a process has died while it executed the run. */
export const runCrashes: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .alterTable('runs')
      .addColumn('crashes', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
