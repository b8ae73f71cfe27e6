import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { DatabaseSync } from 'node:sqlite';
import type { LedgerSchema } from '../sql/ledger.schema.js';
import { ledgerMigrations } from '../sql/migrations/index.js';
import { LedgerMigrator } from '../sql/migrations/ledger-migrator.js';
import { LedgerDatabase } from './ledger-database.js';
import { SQLITE_DIALECT } from './sqlite-dialect.js';

const MIGRATIONS = ledgerMigrations(SQLITE_DIALECT);

const later: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`alter table runs add column note text`.execute(db);
  },
};
const broken: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`create table half (a)`.execute(db);
    throw new Error('broken in the middle');
  },
};

let database: LedgerDatabase;
let db: Kysely<LedgerSchema>;

beforeEach(() => {
  database = new LedgerDatabase(new DatabaseSync(':memory:'));
  db = database.db;
});

afterEach(() => {
  database.close();
});

const migrator = (migrations = MIGRATIONS) => new LedgerMigrator(db, SQLITE_DIALECT, 'worker.db', migrations);

async function tables(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from sqlite_schema where type = 'table'`.execute(db);
  return rows.map(({ name }) => name);
}

describe('the schema', () => {
  it('is made from nothing', async () => {
    expect(await migrator().isCurrent()).toBe(false);
    await migrator().migrate();
    expect(await migrator().isCurrent()).toBe(true);
    expect(await tables()).toEqual(expect.arrayContaining(['runs', 'failed_items', 'items', 'tasks', 'processes']));
  });

  it('of an older ledger is brought up to date, its runs kept', async () => {
    await migrator().migrate();
    await sql`insert into runs (id, task, trigger, status, attempt, queued_at) values ('1', 'a', 'manual', 'failed', 1, 0)`.execute(
      db,
    );
    const newer = { ...MIGRATIONS, '9999-note': later };
    expect(await migrator(newer).isCurrent()).toBe(false);
    await migrator(newer).migrate();
    expect(await migrator(newer).isCurrent()).toBe(true);
    const { rows } = await sql`select id, note from runs`.execute(db);
    expect(rows).toEqual([{ id: '1', note: null }]);
  });

  it('of an older ledger counts the runs that it has', async () => {
    await migrator({ '0001-runs': MIGRATIONS['0001-runs']! }).migrate();
    const ended = (id: string) =>
      sql`insert into runs (id, task, trigger, status, attempt, queued_at, finished_at, items)
        values (${id}, 'a', 'manual', 'partial', 1, 0, 9, '{"total":3,"succeeded":2,"failed":1,"skipped":0}')`;
    for (const id of ['1', '2']) await ended(id).execute(db);
    await migrator().migrate();
    await ended('3').execute(db);
    const { rows } = await sql`select runs, items_succeeded, items_failed from run_counts`.execute(db);
    expect(rows).toEqual([{ runs: 3, items_succeeded: 6, items_failed: 3 }]);
  });

  it('of a newer ledger is refused by name', async () => {
    await migrator({ ...MIGRATIONS, '9999-note': later }).migrate();
    await expect(migrator().isCurrent()).rejects.toThrow(/worker\.db was written by a newer version .* 9999-note/);
  });

  it('is never changed by halves', async () => {
    await migrator().migrate();
    const before = await tables();
    const newer = { ...MIGRATIONS, '9999-broken': broken };
    await expect(migrator(newer).migrate()).rejects.toThrow('broken in the middle');
    expect(await tables()).toEqual(before);
    expect(await migrator().isCurrent()).toBe(true);
  });

  it('of another program is left alone', async () => {
    await sql`create table customers (id)`.execute(db);
    await expect(migrator().isCurrent()).rejects.toThrow(/database of another program: it has the table customers/);
    expect(await tables()).toEqual(['customers']);
  });
});
