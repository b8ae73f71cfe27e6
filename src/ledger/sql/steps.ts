import type { Compilable, CompiledQuery, QueryResult } from 'kysely';

/**
 * A transaction, or a part of one, as the sequence of its queries: each one that is yielded comes back with its answer.
 * It can wait for nothing else, so that nobody sees it by halves. Whoever performs it does so in one go where the
 * database answers at once, and would wait for each answer where it does not.
 */
export type Steps<T> = Generator<CompiledQuery, T, QueryResult<unknown>>;

/** Begins anew each time: what was part of a commit that failed is done again. */
export type Write<T> = () => Steps<T>;

export function* rowsOf<Row>(query: Compilable<Row>): Steps<Row[]> {
  const { rows } = yield query.compile();
  return rows as Row[];
}

export function* firstOf<Row>(query: Compilable<Row>): Steps<Row | undefined> {
  const [first] = yield* rowsOf(query);
  return first;
}

/** Answers how many rows were written. */
export function* changesOf(query: Compilable): Steps<bigint> {
  const { numAffectedRows = 0n } = yield query.compile();
  return numAffectedRows;
}

/** Performs the steps with a database that answers at once. What it throws is thrown where the query was yielded. */
export function perform<T>(steps: Steps<T>, answer: (query: CompiledQuery) => QueryResult<unknown>): T {
  let step = steps.next();
  while (!step.done) step = proceed(steps, answer, step.value);
  return step.value;
}

function proceed<T>(
  steps: Steps<T>,
  answer: (query: CompiledQuery) => QueryResult<unknown>,
  query: CompiledQuery,
): IteratorResult<CompiledQuery, T> {
  let result: QueryResult<unknown>;
  try {
    result = answer(query);
  } catch (error) {
    return steps.throw(error);
  }
  return steps.next(result);
}
