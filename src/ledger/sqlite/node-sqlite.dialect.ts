import { SqliteAdapter, SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely';
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';

/** Statements of the hot path are a dozen; the rest, with their varying conditions, come and go. */
const STATEMENTS_KEPT = 100;

type Row = Record<string, SQLOutputValue>;

/** Kysely's SQLite dialect over `node:sqlite`. */
export class NodeSqliteDialect extends SqliteDialect {
  constructor(readonly database: PreparedDatabase) {
    super({ database });
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

/** SQLite can roll its DDL back, which Kysely does not assume: a migration happens as a whole or not at all. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** `node:sqlite` in the shape of better-sqlite3, with the statements kept prepared. */
export class PreparedDatabase implements SqliteDatabase {
  private readonly statements = new Map<string, SqliteStatement>();

  constructor(private readonly database: DatabaseSync) {}

  close(): void {
    this.statements.clear();
    this.database.close();
  }

  prepare(sql: string): SqliteStatement {
    // SQLite has rolled back by itself after some errors, a full disk among them.
    if (sql === 'rollback' && !this.database.isTransaction) return NOTHING;
    const known = this.statements.get(sql);
    if (known) return known;
    // Taking the write lock at once makes waiting for another writer happen here, where nothing has been done yet;
    // a transaction that begins by reading could not be continued after such a wait.
    const statement = new NodeSqliteStatement(this.database.prepare(sql === 'begin' ? 'begin immediate' : sql));
    if (this.statements.size >= STATEMENTS_KEPT) this.statements.clear();
    this.statements.set(sql, statement);
    return statement;
  }
}

class NodeSqliteStatement implements SqliteStatement {
  readonly reader: boolean;
  private readonly columns: readonly string[];

  constructor(private readonly statement: StatementSync) {
    this.columns = statement.columns().map(({ name }) => name);
    this.reader = this.columns.length > 0;
    // Rows that come as objects have each a shape of their own, which makes every access to their columns slow.
    statement.setReturnArrays(true);
  }

  all(parameters: readonly SQLInputValue[]) {
    return this.statement.all(...parameters).map((values) => this.row(values));
  }

  run(parameters: readonly SQLInputValue[]) {
    return this.statement.run(...parameters);
  }

  *iterate(parameters: readonly SQLInputValue[]) {
    for (const values of this.statement.iterate(...parameters)) yield this.row(values);
  }

  /** `values`: an array, which the types of `node:sqlite` do not know. */
  private row(values: Row): Row {
    const row: Row = {};
    for (let index = 0; index < this.columns.length; index++) row[this.columns[index]!] = values[index]!;
    return row;
  }
}

const NOTHING: SqliteStatement = {
  reader: true,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [].values(),
};
