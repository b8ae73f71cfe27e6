import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Runs that try another one again. */
export const runRetries: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('runs').addColumn('retry_of', 'text').execute();
    await db.schema.alterTable('runs').addColumn('retried_attempt', 'integer').execute();
  },
};
