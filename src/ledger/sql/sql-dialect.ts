import { type ColumnBuilderCallback, type Kysely, type RawBuilder, sql } from 'kysely';
import type { LedgerSchema } from './ledger.schema.js';

/** Where the databases differ. All other SQL of the ledger means the same to each of them. */
export interface SqlDialect {
  /** Builds queries and compiles them for the database. It has no connection to run them on. */
  readonly builder: Kysely<LedgerSchema>;

  /** A JSON array of texts or numbers as a table with one column, `value`. */
  scalars(json: string): RawBuilder<unknown>;

  /** A JSON array of arrays as a table with one column, `value`. Elements: `value ->> index`. */
  arrays(json: string): RawBuilder<unknown>;

  /** The type of a primary key that counts up by itself, and what belongs to its definition. */
  readonly counter: {
    readonly type: 'integer' | 'bigserial';
    readonly definition: ColumnBuilderCallback;
    /** Where rows with numbers of their own do not count: goes on after the highest. */
    readonly goOn?: (table: string, column: string) => RawBuilder<unknown>;
  };

  /** The names of all tables that share the place of the ledger's, in a column `name`. */
  readonly tableNames: RawBuilder<{ name: string }>;

  /**
   * Statements that fill `run_counts` from `runs`, and have the database count each run from then
   * on whose `finished_at` is set, by an insert or an update.
   */
  readonly runCounting: readonly RawBuilder<unknown>[];

  /** Has a `select` lock the row that it finds, and pass over those that others have locked. */
  readonly skipLocked?: RawBuilder<unknown>;

  /** Processes of different versions may have the ledger open at once. */
  readonly isShared?: true;

  /** The schema that the tables lie in, where a database has several. */
  readonly schema?: string;
}

/** The texts of a JSON array for `in`: one statement for any number of values, also for none. */
export function listed(dialect: SqlDialect, json: string) {
  return sql<string>`(select value from ${dialect.scalars(json)})`;
}
