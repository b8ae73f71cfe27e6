import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What a service tells others of itself: where it listens, and its tasks. */
export const services: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const column of ['url', 'tasks']) {
      await db.schema.alterTable('processes').addColumn(column, 'text').execute();
    }
  },
};
