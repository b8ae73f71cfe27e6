import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { type ArchivedRow, LedgerArchive } from '../ledger-archive.js';
import type { LedgerSchema } from './ledger.schema.js';
import { LATEST_MIGRATION } from './migrations/index.js';
import { SqlStore } from './sql-store.js';
import { changesOf, firstOf, rowsOf, type Transaction } from './transaction.js';

type ArchivedTable = Exclude<keyof LedgerSchema, 'processes' | 'sessions' | 'chunks'>;

/** Each with its key, in an order in which no row names one that comes later. */
const TABLES: Readonly<Record<ArchivedTable, readonly string[]>> = {
  runs: ['id'],
  failed_items: ['position'],
  items: ['task', 'item_id'],
  tasks: ['task'],
  pauses: ['position'],
  audit: ['position'],
  idempotency_keys: ['actor', 'key'],
  schedule_history: ['task', 'since'],
  alerts: ['id'],
  run_logs: ['position'],
  // The last: the database itself counts the runs as they are written.
  run_counts: ['task', 'status', 'trigger', 'reason'],
};
const NAMES = Object.keys(TABLES) as ArchivedTable[];
const COUNTERS: readonly (readonly [ArchivedTable, string])[] = NAMES.flatMap((table) => {
  const [key, ...others] = TABLES[table];
  return (key === 'position' || (key === 'id' && table !== 'runs')) && others.length === 0 ? [[table, key]] : [];
});

const PAGE_ROWS = 500;
/** Every database takes as many parameters in one statement. */
const MAX_PARAMETERS = 10_000;

@Injectable()
export class SqlLedgerArchive extends LedgerArchive {
  readonly version = LATEST_MIGRATION;

  constructor(private readonly store: SqlStore) {
    super();
  }

  async *rows(): AsyncIterable<ArchivedRow> {
    for (const table of NAMES) {
      let last: ArchivedRow['row'] | undefined;
      do {
        const page = await this.store.read(() => pageAfter(table, last));
        for (const row of page) yield { table, row };
        last = page.length === PAGE_ROWS ? page.at(-1) : undefined;
      } while (last);
    }
  }

  async isEmpty(): Promise<boolean> {
    return this.store.read(() => hasNothing());
  }

  async fill(rows: AsyncIterable<ArchivedRow>): Promise<number> {
    try {
      return await this.write(rows);
    } catch (error) {
      await this.store.write(() => clear(NAMES));
      throw error;
    }
  }

  private async write(rows: AsyncIterable<ArchivedRow>): Promise<number> {
    let written = 0;
    let cleared = false;
    for await (const { table, rows: batch } of batches(rows)) {
      if (table === 'run_counts' && !cleared) {
        cleared = true;
        await this.store.write(() => clear(['run_counts']));
      }
      await this.store.write(() => insert(table, batch));
      written += batch.length;
    }
    await this.store.write(() => countOn());
    return written;
  }
}

function pageAfter(table: ArchivedTable, last: ArchivedRow['row'] | undefined): Transaction<ArchivedRow['row'][]> {
  const key = TABLES[table];
  const columns = sql.join(key.map((column) => sql.ref(column)));
  const after = last && sql`where (${columns}) > (${sql.join(key.map((column) => last[column]))})`;
  return rowsOf((db) => ({
    compile: () =>
      sql<ArchivedRow['row']>`select * from ${sql.table(table)} ${after ?? sql``}
        order by ${columns} limit ${sql.lit(PAGE_ROWS)}`.compile(db),
  }));
}

function* hasNothing(): Transaction<boolean> {
  for (const table of NAMES) {
    if (
      yield* firstOf((db) =>
        db
          .selectFrom(table)
          .select(sql<number>`1`.as('one'))
          .limit(1),
      )
    )
      return false;
  }
  return true;
}

function* clear(tables: readonly ArchivedTable[]): Transaction<void> {
  for (const table of tables.toReversed()) yield* changesOf((db) => db.deleteFrom(table));
}

function* insert(table: ArchivedTable, rows: readonly ArchivedRow['row'][]): Transaction<void> {
  yield* changesOf((db) => db.insertInto(table).values(rows));
}

/** What is written next gets a number after all that are there. */
function* countOn(): Transaction<void> {
  for (const [table, column] of COUNTERS) {
    yield* rowsOf((db, { counter }) => ({
      compile: () => (counter.goOn?.(table, column) ?? sql`select 0`).compile(db),
    }));
  }
}

/** Rows of one table that one statement can write. */
async function* batches(rows: AsyncIterable<ArchivedRow>) {
  let table: ArchivedTable | undefined;
  let batch: ArchivedRow['row'][] = [];
  for await (const next of rows) {
    if (!isArchived(next.table)) throw new TypeError(`The archive has an unknown table ${next.table}`);
    const isFull = batch.length >= Math.floor(MAX_PARAMETERS / Object.keys(next.row).length);
    if (table !== undefined && (next.table !== table || isFull)) {
      yield { table, rows: batch };
      batch = [];
    }
    table = next.table;
    batch.push(next.row);
  }
  if (table !== undefined) yield { table, rows: batch };
}

function isArchived(table: string): table is ArchivedTable {
  return Object.hasOwn(TABLES, table);
}
