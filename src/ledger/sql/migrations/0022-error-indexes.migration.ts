import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** For searches in errors, newest first. Runs that went well touch neither. */
export const errorIndexes: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create index runs_with_error on runs (id) where error is not null`.execute(db);
    await sql`create index runs_with_error_by_task on runs (task, id) where error is not null`.execute(db);
  },
};
