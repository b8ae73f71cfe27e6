import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** For lists with two filters in a long history. Runs that went well on schedule touch none. */
export const listIndexes: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create index runs_troubled_by_task on runs (task, status, id)
      where status in ('failed', 'partial', 'timed_out', 'cancelled', 'skipped', 'missed')`.execute(db);
    await sql`create index runs_beside_schedule_by_task on runs (task, trigger, id)
      where trigger <> 'schedule'`.execute(db);
    await sql`create index runs_beside_schedule_by_status on runs (trigger, status, id)
      where trigger <> 'schedule'`.execute(db);
  },
};
