import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlDialect } from '../sql-dialect.js';

/** Who asked for a run and who executes it, pauses, audit trail, and the history of schedules. */
export const commands = (dialect: SqlDialect): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    for (const column of ['actor', 'worker', 'only_items', 'cancel_request']) {
      await db.schema.alterTable('runs').addColumn(column, 'text').execute();
    }
    for (const column of ['resumed_at', 'worked_ms']) {
      await db.schema.alterTable('runs').addColumn(column, 'bigint').execute();
    }
    await createPauses(db, dialect);
    await createAudit(db, dialect);
    await db.schema
      .createTable('schedule_history')
      .addColumn('task', 'text', (column) => column.notNull())
      .addColumn('since', 'bigint', (column) => column.notNull())
      .addColumn('schedule', 'text')
      .addColumn('timezone', 'text')
      .addPrimaryKeyConstraint('schedule_history_pk', ['task', 'since'])
      .execute();
  },
});

async function createPauses(db: Kysely<unknown>, { counter }: SqlDialect): Promise<void> {
  await db.schema
    .createTable('pauses')
    .addColumn('position', counter.type, counter.definition)
    .addColumn('task', 'text')
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addColumn('ends', 'bigint')
    .addColumn('reason', 'text')
    .addColumn('actor', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('pauses_ends').on('pauses').column('ends').execute();
}

async function createAudit(db: Kysely<unknown>, { counter }: SqlDialect): Promise<void> {
  await db.schema
    .createTable('audit')
    .addColumn('position', counter.type, counter.definition)
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('address', 'text')
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('before', 'text')
    .addColumn('after', 'text')
    .execute();
  await db.schema.createIndex('audit_at').on('audit').column('at').execute();
  await db.schema
    .createTable('idempotency_keys')
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('command', 'text', (column) => column.notNull())
    .addColumn('answer', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('idempotency_keys_pk', ['actor', 'key'])
    .execute();
}
