import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { LedgerSchema } from './ledger.schema.js';
import { queries } from './query-builder.js';
import type { Steps } from './steps.js';

class Parameter {
  constructor(readonly name: PropertyKey) {}
}

type Parameters<Values> = <Name extends keyof Values>(name: Name) => Values[Name];

/** A query that Kysely compiles once, to be run with other values each time: building one costs more than running it. */
export class PreparedQuery<Values extends object, Row = unknown> {
  private compiled: CompiledQuery<Row> | undefined;

  constructor(private readonly build: (db: Kysely<LedgerSchema>, value: Parameters<Values>) => Compilable<Row>) {}

  *rows(values: Values): Steps<Row[]> {
    const { rows } = yield this.with(values);
    return rows as Row[];
  }

  *first(values: Values): Steps<Row | undefined> {
    const { rows } = yield this.with(values);
    return rows[0] as Row | undefined;
  }

  /** Answers whether any row was written. */
  *execute(values: Values): Steps<boolean> {
    const { numAffectedRows = 0n } = yield this.with(values);
    return numAffectedRows > 0n;
  }

  with(values: Values): CompiledQuery<Row> {
    this.compiled ??= this.build(queries, (name) => new Parameter(name) as never).compile();
    const { query, queryId, sql } = this.compiled;
    const parameters: unknown[] = [];
    for (const parameter of this.compiled.parameters) {
      parameters.push(parameter instanceof Parameter ? values[parameter.name as keyof Values] : parameter);
    }
    return { query, queryId, sql, parameters };
  }
}
