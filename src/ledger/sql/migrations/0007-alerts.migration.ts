import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlDialect } from '../sql-dialect.js';

/** Alerts that are active, or of which something is still to be told. */
export const alerts = ({ counter }: SqlDialect): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('alerts')
      .addColumn('id', counter.type, counter.definition)
      .addColumn('rule', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('began_at', 'bigint', (column) => column.notNull())
      .addColumn('details', 'text', (column) => column.notNull())
      .addColumn('ended_at', 'bigint')
      .addColumn('end_details', 'text')
      .addColumn('begin_told', 'integer', (column) => column.notNull())
      .addColumn('taken_at', 'bigint')
      .execute();
    await sql`create unique index alerts_active on alerts (rule, subject) where ended_at is null`.execute(db);
  },
});
