import { Kysely, type QueryResult, SqliteAdapter, SqliteDialect, type SqliteStatement } from 'kysely';
import { type Stats, statSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { SECOND } from '../../time/duration.js';
import { ledgerUnavailable } from '../sql/ledger-unavailable.js';
import type { LedgerSchema } from '../sql/ledger.schema.js';
import { perform, type Query, type Transaction } from '../sql/transaction.js';
import { SQLITE_DIALECT } from './sqlite-dialect.js';

/** The hot path has two dozen statements; others, with their varying conditions, come and go. */
const MAX_STATEMENTS_KEPT = 100;

/** How long a look at the file holds: with each commit it would cost an eighth of a short run. */
const LOOK_HOLDS_MS = SECOND;

/**
 * An open database. `node:sqlite` answers at once, so transactions are performed in one go:
 * Kysely's way to a connection, made for databases that answer later, would cost a third of the CPU
 * of a claim and its end.
 */
export class LedgerDatabase {
  /** For migrations. */
  readonly db = new Kysely<LedgerSchema>({ dialect: new TransactionalDialect({ database: this }) });
  private readonly statements = new Map<string, SqliteStatement>();
  private readonly answer = (query: Query): QueryResult<unknown> => this.answerOne(query);
  /** Null: it lives in memory. */
  private readonly path: string | null;
  private readonly opened: Stats | undefined;
  private sameUntil = 0;
  private touched = 0;

  constructor(private readonly database: DatabaseSync) {
    this.path = database.location();
    this.opened = this.find();
  }

  /** Rows that were read or written so far. */
  get rowsTouched(): number {
    return this.touched;
  }

  /** Changes when another connection has committed; a commit of this one changes nothing. */
  changeMark(): number {
    const [row] = this.prepare('pragma data_version').all([]) as { data_version: number }[];
    return row?.data_version ?? 0;
  }

  read<T>(begin: () => Transaction<T>): T {
    return perform(begin(), this.answer);
  }

  write<T>(begin: () => Transaction<T>): T {
    this.requireSameFile();
    this.prepare('begin').run([]);
    try {
      const value = perform(begin(), this.answer);
      this.prepare('commit').run([]);
      return value;
    } catch (error) {
      this.prepare('rollback').run([]);
      throw error;
    }
  }

  prepare(sql: string): SqliteStatement {
    // SQLite has rolled back by itself after some errors, a full disk among them.
    if (sql === 'rollback' && !this.database.isTransaction) return this.prepare('select 0 where false');
    const known = this.statements.get(sql);
    if (known) return known;
    if (this.statements.size >= MAX_STATEMENTS_KEPT) this.statements.clear();
    const statement = this.prepareAnew(sql);
    this.statements.set(sql, statement);
    return statement;
  }

  close(): void {
    this.statements.clear();
    this.database.close();
  }

  /**
   * What is written to a file that was removed or replaced is lost, though every write succeeds.
   * That is noticed within a second, and is then lost with all that was written before.
   */
  private requireSameFile(): void {
    const now = performance.now();
    if (this.path === null || now < this.sameUntil) return;
    const found = this.find();
    if (found?.ino === this.opened?.ino && found?.dev === this.opened?.dev) {
      this.sameUntil = now + LOOK_HOLDS_MS;
      return;
    }
    throw ledgerUnavailable(this.path, {
      problem: 'was removed or replaced while in use',
      remedy: 'Put it back, or restart the worker to use the file that is there now',
    });
  }

  private find(): Stats | undefined {
    return this.path === null ? undefined : statSync(this.path, { throwIfNoEntry: false });
  }

  private prepareAnew(sql: string): SqliteStatement {
    // Taking the write lock at once makes waiting for another writer happen here, where nothing has
    // been done yet; a transaction that begins by reading could not be continued after such a wait.
    const statement = this.database.prepare(sql === 'begin' ? 'begin immediate' : sql);
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
      run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
      iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
    };
  }

  private answerOne(query: Query): QueryResult<unknown> {
    const { sql, parameters } = query(SQLITE_DIALECT);
    const statement = this.prepare(sql);
    if (statement.reader) {
      const rows = statement.all(parameters);
      this.touched += rows.length;
      return { rows };
    }
    const { changes } = statement.run(parameters);
    this.touched += Number(changes);
    return { rows: [], numAffectedRows: BigInt(changes) };
  }
}

/** SQLite can roll its DDL back, which Kysely does not assume: a migration fails as a whole. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class TransactionalDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}
