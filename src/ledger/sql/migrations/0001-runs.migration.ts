import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlDialect } from '../sql-dialect.js';

/** Runs, what failed in them, the memory of items and schedules, and the processes that write. */
export const runs = (dialect: SqlDialect): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await createRuns(db);
    await createItems(db, dialect);
    await db.schema
      .createTable('tasks')
      .addColumn('task', 'text', (column) => column.primaryKey())
      .addColumn('schedule', 'text')
      .addColumn('timezone', 'text')
      .addColumn('in_force_since', 'bigint')
      .addColumn('last_slot', 'bigint')
      .addColumn('last_run', 'text')
      .addColumn('last_success_at', 'bigint')
      .addColumn('last_success_finished_at', 'bigint')
      .execute();
    await db.schema
      .createTable('processes')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('role', 'text', (column) => column.notNull())
      .addColumn('pid', 'integer', (column) => column.notNull())
      .addColumn('host', 'text', (column) => column.notNull())
      .addColumn('started_at', 'bigint', (column) => column.notNull())
      .addColumn('seen_at', 'bigint', (column) => column.notNull())
      .execute();
  },
});

async function createRuns(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('runs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('task', 'text', (column) => column.notNull())
    .addColumn('trigger', 'text', (column) => column.notNull())
    .addColumn('slot', 'bigint')
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('at', 'bigint')
    .addColumn('owner', 'text')
    .addColumn('queued_at', 'bigint', (column) => column.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('finished_at', 'bigint')
    .addColumn('items', 'text')
    .addColumn('open_items', 'text')
    .addColumn('result', 'text')
    .addColumn('error', 'text')
    .execute();
  // The two indexes that everything else rests on: no slot runs twice, and no task runs beside
  // itself. The slot comes first because the slots of an instant then lie side by side: a thousand
  // claims write a few pages, not a thousand.
  await sql`create unique index runs_slot on runs (slot, task) where slot is not null`.execute(db);
  await sql`create unique index runs_active on runs (task) where status in ('running', 'interrupted')`.execute(db);
  await sql`create index runs_queued on runs (task, id) where status = 'queued'`.execute(db);
  await sql`create index runs_by_task on runs (task, id)`.execute(db);
}

async function createItems(db: Kysely<unknown>, { counter }: SqlDialect): Promise<void> {
  await db.schema
    .createTable('failed_items')
    .addColumn('position', counter.type, counter.definition)
    .addColumn('run_id', 'text', (column) => column.notNull().references('runs.id').onDelete('cascade'))
    .addColumn('item_id', 'text', (column) => column.notNull())
    .addColumn('error', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addUniqueConstraint('failed_items_run_item', ['run_id', 'item_id'])
    .execute();
  await db.schema
    .createTable('items')
    .addColumn('task', 'text', (column) => column.notNull())
    .addColumn('item_id', 'text', (column) => column.notNull())
    .addColumn('failed_runs', 'integer', (column) => column.notNull())
    .addColumn('crashes', 'integer', (column) => column.notNull())
    .addColumn('first_failed_at', 'bigint', (column) => column.notNull())
    .addColumn('last_failed_at', 'bigint', (column) => column.notNull())
    .addColumn('last_error', 'text', (column) => column.notNull())
    .addColumn('last_failed_run', 'text')
    .addColumn('quarantined_until', 'bigint')
    .addPrimaryKeyConstraint('items_pk', ['task', 'item_id'])
    .execute();
  await db.schema.createIndex('items_last_failed').on('items').column('last_failed_at').execute();
}
