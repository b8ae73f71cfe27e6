import { DummyDriver, Kysely, sql, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { LedgerSchema } from '../sql/ledger.schema.js';
import type { SqlDialect } from '../sql/sql-dialect.js';
import { RUN_COUNTING } from './run-counting.js';

export const SQLITE_DIALECT: SqlDialect = {
  builder: new Kysely<LedgerSchema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  scalars: (json) => sql`json_each(${json})`,
  arrays: (json) => sql`json_each(${json})`,
  counter: { type: 'integer', definition: (column) => column.primaryKey().autoIncrement() },
  runCounting: RUN_COUNTING,
  tableNames: sql`select name from sqlite_schema where type = 'table'`,
};
