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
 * way to a connection is made for databases that do not: its promises cost a run more than its queries (a third of an
 * empty run's CPU). What a transaction does must await nothing but its queries: reads would see it by halves.
 */
export class SqliteTransactions {
  private readonly database: PreparedDatabase;
  private readonly transaction: Transaction<LedgerSchema>;

  constructor(dialect: NodeSqliteDialect) {
    this.database = dialect.database;
    const executor = new DirectExecutor(dialect);
    this.transaction = new Transaction({ config: { dialect }, dialect, driver: new DummyDriver(), executor });
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
  private readonly database: PreparedDatabase;

  constructor(dialect: NodeSqliteDialect) {
    super(dialect.createQueryCompiler(), dialect.createAdapter(), new DefaultConnectionProvider(new DummyDriver()));
    this.database = dialect.database;
  }

  override async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const statement = this.database.prepare(sql);
    if (statement.reader) return { rows: statement.all(parameters) as Row[] };
    return { rows: [], numAffectedRows: BigInt(statement.run(parameters).changes) };
  }
}
