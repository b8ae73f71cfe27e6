import type { Execution } from '../run-ledger.js';
import { attemptsOfRuns, knownTasks, resumeRuns, type RunRow, toExecution } from './run-queries.js';
import { listed } from './sql-dialect.js';
import type { LedgerWriter } from './sql-store.js';
import { PreparedQuery, type Transaction } from './transaction.js';

/** `ids`: as JSON. */
export const selectRuns = new PreparedQuery<{ ids: string }, RunRow>((db, value, dialect) =>
  db
    .selectFrom('runs')
    .selectAll()
    .where('id', 'in', listed(dialect, value('ids'))),
);

/**
 * Starts active runs again, in this process, each as a further attempt with what the last one left.
 * Those that another process has resumed meanwhile are missing from the answer.
 */
export function* resume(
  interrupted: readonly RunRow[],
  { processId: owner, name: worker }: LedgerWriter,
  now: number,
): Transaction<Execution[]> {
  const resumed = yield* resumeRuns.rows({ attempts: attemptsOfRuns.toJson(interrupted), owner, worker, now });
  const rows = new Map(resumed.map((row) => [row.id, row]));
  const known = yield* knownTasks(resumed);
  return interrupted.flatMap((before) => {
    const row = rows.get(before.id);
    return row ? [toExecution(row, known.get(row.task), before)] : [];
  });
}
