import {
  type CompiledQuery,
  DefaultConnectionProvider,
  DefaultQueryExecutor,
  DummyDriver,
  type QueryResult,
  Transaction,
} from 'kysely';
import type { LedgerSchema } from './ledger.schema.js';
import type { NodeSqliteDialect, PreparedDatabase } from './node-sqlite.dialect.js';

/**
 * The transactions of the one connection that writes, one after the other. `node:sqlite` answers at once, and Kysely's
 * way to a connection is made for databases that do not: its promises cost a fifth of the CPU of a claim and its end. What a transaction does must await nothing but its queries: reads would see it by halves.
 */
export class SqliteTransactions {
  private readonly database: PreparedDatabase;
  private readonly executor: DirectExecutor;
  private readonly transaction: Transaction<LedgerSchema>;

  constructor(dialect: NodeSqliteDialect) {
    this.database = dialect.database;
    const executor = new DirectExecutor(dialect);
    this.executor = executor;
    this.transaction = new Transaction({ config: { dialect }, dialect, driver: new DummyDriver(), executor });
  }

  /** Rows that were read or written so far. */
  get rows(): number {
    return this.executor.rows;
  }

  async execute<T>(write: (transaction: Transaction<LedgerSchema>) => Promise<T>): Promise<T> {
    this.run('begin');
    try {
      const value = await write(this.transaction);
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
}

/** Runs a query where Kysely would look for a connection first. */
class DirectExecutor extends DefaultQueryExecutor {
  rows = 0;
  private readonly database: PreparedDatabase;

  constructor(dialect: NodeSqliteDialect) {
    super(dialect.createQueryCompiler(), dialect.createAdapter(), new DefaultConnectionProvider(new DummyDriver()));
    this.database = dialect.database;
  }

  override async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const statement = this.database.prepare(sql);
    if (statement.reader) {
      const rows = statement.all(parameters) as Row[];
      this.rows += rows.length;
      return { rows };
    }
    const { changes } = statement.run(parameters);
    this.rows += Number(changes);
    return { rows: [], numAffectedRows: BigInt(changes) };
  }
}
