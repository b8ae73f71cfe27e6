import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What each process makes of an upstream. It is forgotten with the process. */
export const upstreamShares: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('upstream_shares')
      .addColumn('process', 'text', (column) => column.notNull().references('processes.id').onDelete('cascade'))
      .addColumn('upstream', 'text', (column) => column.notNull())
      .addColumn('demand', 'integer', (column) => column.notNull())
      .addColumn('held', 'integer', (column) => column.notNull())
      .addColumn('paused_until', 'bigint')
      .addColumn('down_since', 'bigint')
      .addColumn('down_until', 'bigint')
      .addColumn('per_second', 'double precision')
      .addPrimaryKeyConstraint('upstream_shares_key', ['process', 'upstream'])
      .execute();
  },
};
