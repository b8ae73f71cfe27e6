import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { LedgerMigrator } from './ledger-migrator.js';
import type { LedgerSchema } from '../sql/ledger.schema.js';
import { MIGRATIONS } from '../sql/migrations/index.js';
import { kyselyOn, openInMemory } from './sqlite-database.js';

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

let db: Kysely<LedgerSchema>;

beforeEach(() => {
  db = kyselyOn(openInMemory());
});

afterEach(async () => {
  await db.destroy();
});

const migrator = (migrations = MIGRATIONS) => new LedgerMigrator(db, 'worker.db', migrations);

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
    const newer = { ...MIGRATIONS, '0002-note': later };
    expect(await migrator(newer).isCurrent()).toBe(false);
    await migrator(newer).migrate();
    expect(await migrator(newer).isCurrent()).toBe(true);
    const { rows } = await sql`select id, note from runs`.execute(db);
    expect(rows).toEqual([{ id: '1', note: null }]);
  });

  it('of a newer ledger is refused by name', async () => {
    await migrator({ ...MIGRATIONS, '0002-note': later }).migrate();
    await expect(migrator().isCurrent()).rejects.toThrow(/worker\.db was written by a newer version .* 0002-note/);
  });

  it('is never changed by halves', async () => {
    await migrator().migrate();
    const before = await tables();
    const newer = { ...MIGRATIONS, '0002-broken': broken };
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
