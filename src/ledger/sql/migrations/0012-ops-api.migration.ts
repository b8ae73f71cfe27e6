import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Sessions of browsers, and the pages of rare runs in a long history. */
export const opsApi: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('sessions')
      .addColumn('id_hash', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('role', 'text', (column) => column.notNull())
      .addColumn('token_hash', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
    // Runs that went well are nearly all: their writes touch neither index.
    await sql`create index runs_troubled on runs (status, id)
      where status in ('failed', 'partial', 'timed_out', 'cancelled', 'skipped', 'missed')`.execute(db);
    await sql`create index runs_beside_schedule on runs (trigger, id) where trigger <> 'schedule'`.execute(db);
  },
};
