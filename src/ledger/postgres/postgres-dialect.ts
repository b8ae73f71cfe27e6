import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely';
import type { LedgerSchema } from '../sql/ledger.schema.js';
import type { SqlDialect } from '../sql/sql-dialect.js';
import { RUN_COUNTING } from './run-counting.js';

/** Names no schema: each connection looks for tables in the ledger's own alone. */
export const POSTGRES_DIALECT: SqlDialect = {
  builder: new Kysely<LedgerSchema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
  scalars: (json) => sql`jsonb_array_elements_text(${json}::jsonb)`,
  arrays: (json) => sql`jsonb_array_elements(${json}::jsonb)`,
  counter: {
    type: 'bigserial',
    definition: (column) => column.primaryKey(),
    goOn: (table, column) => sql`select setval(pg_get_serial_sequence(${table}, ${column}),
      (select coalesce(max(${sql.ref(column)}), 0) + 1 from ${sql.table(table)}), false)`,
  },
  runCounting: RUN_COUNTING,
  skipLocked: sql`for update skip locked`,
  isShared: true,
  tableNames: sql`select tablename as name from pg_tables where schemaname = current_schema() order by tablename`,
};
