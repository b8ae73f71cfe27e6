import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Runs that follow the success of another one. */
export const runAfter: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('runs').addColumn('after_run', 'text').execute();
  },
};
