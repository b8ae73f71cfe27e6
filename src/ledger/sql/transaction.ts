import type { Compilable, CompiledQuery, Kysely, QueryResult } from 'kysely';
import type { LedgerSchema } from './ledger.schema.js';
import type { SqlDialect } from './sql-dialect.js';

/** A query, to be compiled for the database of the store that performs it. */
export type Query = (dialect: SqlDialect) => CompiledQuery & {
  /** It comes again with other values: worth to be kept prepared. */
  readonly reused?: true;
};

/**
 * A transaction, or a part of one: yields its queries one after the other and is given the result
 * of each. It can wait for nothing else (docs/decisions/transactions-are-generators.md).
 */
export type Transaction<T> = Generator<Query, T, QueryResult<unknown>>;

type Build<Row> = (db: Kysely<LedgerSchema>, dialect: SqlDialect) => Compilable<Row>;

export function* rowsOf<Row>(build: Build<Row>): Transaction<Row[]> {
  const { rows } = yield (dialect) => build(dialect.builder, dialect).compile();
  return rows as Row[];
}

export function* firstOf<Row>(build: Build<Row>): Transaction<Row | undefined> {
  const [first] = yield* rowsOf(build);
  return first;
}

/** Answers how many rows were written. */
export function* changesOf(build: Build<unknown>): Transaction<bigint> {
  const { numAffectedRows = 0n } = yield (dialect) => build(dialect.builder, dialect).compile();
  return numAffectedRows;
}

class Parameter {
  constructor(readonly name: PropertyKey) {}
}

type Parameters<Values> = <Name extends keyof Values>(name: Name) => Values[Name];
type BuildPrepared<Values, Row> = (
  db: Kysely<LedgerSchema>,
  value: Parameters<Values>,
  dialect: SqlDialect,
) => Compilable<Row>;

/** A query, compiled once for each dialect: to build one costs more than to run it. */
export class PreparedQuery<Values extends object, Row = unknown> {
  private readonly compiled = new Map<SqlDialect, CompiledQuery<Row>>();

  constructor(private readonly build: BuildPrepared<Values, Row>) {}

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

  private with(values: Values, dialect: SqlDialect): CompiledQuery<Row> & { readonly reused: true } {
    const value = (name: keyof Values) => new Parameter(name) as never;
    const compiled = this.compiled.get(dialect) ?? this.build(dialect.builder, value, dialect).compile();
    this.compiled.set(dialect, compiled);
    const { query, queryId, sql } = compiled;
    const parameters = compiled.parameters.map((parameter) =>
      parameter instanceof Parameter ? values[parameter.name as keyof Values] : parameter,
    );
    return { query, queryId, sql, parameters, reused: true };
  }
}

/** For a database that answers at once. What a query throws is thrown where it was yielded. */
export function perform<T>(transaction: Transaction<T>, answer: (query: Query) => QueryResult<unknown>): T {
  let step = transaction.next();
  while (!step.done) step = proceed(transaction, answer, step.value);
  return step.value;
}

function proceed<T>(
  transaction: Transaction<T>,
  answer: (query: Query) => QueryResult<unknown>,
  query: Query,
): IteratorResult<Query, T> {
  let result: QueryResult<unknown>;
  try {
    result = answer(query);
  } catch (error) {
    return transaction.throw(error);
  }
  return transaction.next(result);
}

/** For a database that answers later. */
export async function performAsync<T>(
  transaction: Transaction<T>,
  answer: (query: Query) => Promise<QueryResult<unknown>>,
): Promise<T> {
  let step = transaction.next();
  while (!step.done) {
    const asked = await answer(step.value).then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
    step = 'error' in asked ? transaction.throw(asked.error) : transaction.next(asked.result);
  }
  return step.value;
}
