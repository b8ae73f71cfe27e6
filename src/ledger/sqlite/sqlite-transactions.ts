import type { CompiledQuery, QueryResult } from 'kysely';
import type { PreparedDatabase } from './node-sqlite.dialect.js';
import { perform, type Write } from '../sql/steps.js';

/**
 * The transactions of the one connection that writes. `node:sqlite` answers at once, so each is done in one go: Kysely's
 * way to a connection, made for databases that answer later, would cost a third of the CPU of a claim and its end.
 */
export class SqliteTransactions {
  private touched = 0;
  private readonly answer = (query: CompiledQuery): QueryResult<unknown> => this.query(query);

  constructor(private readonly database: PreparedDatabase) {}

  /** Rows that were read or written so far. */
  get rows(): number {
    return this.touched;
  }

  execute<T>(write: Write<T>): T {
    this.run('begin');
    try {
      const value = perform(write(), this.answer);
      this.run('commit');
      return value;
    } catch (error) {
      this.run('rollback');
      throw error;
    }
  }

  private run(sql: 'begin' | 'commit' | 'rollback'): void {
    this.database.prepare(sql).run([]);
  }

  private query({ sql, parameters }: CompiledQuery): QueryResult<unknown> {
    const statement = this.database.prepare(sql);
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
