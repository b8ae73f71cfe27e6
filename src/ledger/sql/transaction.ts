import type { Compilable, CompiledQuery, Kysely, QueryResult } from 'kysely';
import type { LedgerSchema } from './ledger.schema.js';
import type { SqlDialect } from './sql-dialect.js';

/** A query, to be compiled for the database of the store that performs it. */
export type Query = (dialect: SqlDialect) => CompiledQuery;

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
