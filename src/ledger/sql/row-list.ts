import { type RawBuilder, sql } from 'kysely';
import type { LedgerSchema } from './ledger.schema.js';
import { PreparedQuery } from './transaction.js';
import type { SqlDialect } from './sql-dialect.js';

type Column<Row> = keyof Row & string;

/**
 * Many rows as one parameter, so that one statement writes them: a JSON array of arrays. Texts in
 * it hold no NUL and no half of a surrogate pair, which PostgreSQL refuses in JSON.
 */
export class RowList<Row extends object> {
  readonly columns: readonly Column<Row>[];
  private readonly types: readonly string[];

  constructor({ text, bigint }: Readonly<Record<'text' | 'bigint', readonly Column<Row>[]>>) {
    this.columns = [...text, ...bigint];
    this.types = [...text.map(() => 'text'), ...bigint.map(() => 'bigint')];
  }

  toJson(rows: readonly Row[]): string {
    return JSON.stringify(rows.map((row) => this.columns.map((column) => row[column])));
  }

  /** A query for the rows, as in `insert into … (columns) select …`. */
  select(dialect: SqlDialect, json: string): RawBuilder<never> {
    const fields = this.types.map((type, index) => sql`cast(value ->> ${sql.lit(index)} as ${sql.raw(type)})`);
    // Without a condition SQLite takes a following `on conflict` for a part of a join.
    return sql`select ${sql.join(fields)} from ${dialect.arrays(json)} as given where true`;
  }

  /** Writes `rows`, of `toJson`. Of a row that is there already only `overwritten` changes. */
  upsert(table: keyof LedgerSchema, key: readonly Column<Row>[], overwritten: readonly Column<Row>[]) {
    const changes = overwritten.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`);
    return new PreparedQuery<{ rows: string }>((db, value, dialect) => ({
      compile: () =>
        sql`insert into ${sql.table(table)} (${sql.join(this.columns.map((column) => sql.ref(column)))})
          ${this.select(dialect, value('rows'))}
          on conflict (${sql.join(key.map((column) => sql.ref(column)))})
          do update set ${sql.join(changes)}`.compile(db),
    }));
  }
}
