import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What a task's run leaves for the next one. */
export const taskState: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('tasks').addColumn('state', 'text').execute();
  },
};
