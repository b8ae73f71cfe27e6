import {
  type Compilable,
  type CompiledQuery,
  DummyDriver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { LedgerSchema } from './ledger.schema.js';

class Parameter {
  constructor(readonly name: PropertyKey) {}
}

type Parameters<Values> = <Name extends keyof Values>(name: Name) => Values[Name];

const builder = new Kysely<LedgerSchema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** A query that Kysely compiles once, to be run with other values each time: building one costs more than running it. */
export class PreparedQuery<Values extends object, Row = unknown> {
  private compiled: CompiledQuery<Row> | undefined;

  constructor(private readonly build: (db: Kysely<LedgerSchema>, value: Parameters<Values>) => Compilable<Row>) {}

  rows(db: Kysely<LedgerSchema>, values: Values): Promise<Row[]> {
    return this.run(db, values).then(({ rows }) => rows);
  }

  first(db: Kysely<LedgerSchema>, values: Values): Promise<Row | undefined> {
    return this.run(db, values).then(({ rows }) => rows[0]);
  }

  /** Answers whether any row was written. */
  execute(db: Kysely<LedgerSchema>, values: Values): Promise<boolean> {
    return this.run(db, values).then(({ numAffectedRows = 0n }) => numAffectedRows > 0n);
  }

  private run(db: Kysely<LedgerSchema>, values: Values): Promise<QueryResult<Row>> {
    return db.getExecutor().executeQuery(this.with(values));
  }

  private with(values: Values): CompiledQuery<Row> {
    this.compiled ??= this.build(builder, (name) => new Parameter(name) as never).compile();
    const { query, queryId, sql } = this.compiled;
    const parameters: unknown[] = [];
    for (const parameter of this.compiled.parameters) {
      parameters.push(parameter instanceof Parameter ? values[parameter.name as keyof Values] : parameter);
    }
    return { query, queryId, sql, parameters };
  }
}
