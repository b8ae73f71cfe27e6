import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { LedgerSchema } from './ledger.schema.js';
import type { SqlDialect } from './sql-dialect.js';
import type { Transaction } from './transaction.js';

class Parameter {
  constructor(readonly name: PropertyKey) {}
}

type Parameters<Values> = <Name extends keyof Values>(name: Name) => Values[Name];
type Build<Values, Row> = (db: Kysely<LedgerSchema>, value: Parameters<Values>, dialect: SqlDialect) => Compilable<Row>;

/**
 * A query that is compiled once for each dialect, and run with other values each time: to build one
 * costs more than to run it.
 */
export class PreparedQuery<Values extends object, Row = unknown> {
  private readonly compiled = new Map<SqlDialect, CompiledQuery<Row>>();

  constructor(private readonly build: Build<Values, Row>) {}

  *rows(values: Values): Transaction<Row[]> {
    const { rows } = yield (dialect) => this.with(values, dialect);
    return rows as Row[];
  }

  *first(values: Values): Transaction<Row | undefined> {
    const [first] = yield* this.rows(values);
    return first;
  }

  /** Answers whether any row was written. */
  *execute(values: Values): Transaction<boolean> {
    const { numAffectedRows = 0n } = yield (dialect) => this.with(values, dialect);
    return numAffectedRows > 0n;
  }

  private with(values: Values, dialect: SqlDialect): CompiledQuery<Row> {
    const value = (name: keyof Values) => new Parameter(name) as never;
    const compiled = this.compiled.get(dialect) ?? this.build(dialect.builder, value, dialect).compile();
    this.compiled.set(dialect, compiled);
    const { query, queryId, sql } = compiled;
    const parameters = compiled.parameters.map((parameter) =>
      parameter instanceof Parameter ? values[parameter.name as keyof Values] : parameter,
    );
    return { query, queryId, sql, parameters };
  }
}
