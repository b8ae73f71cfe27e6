import type { Transaction } from 'kysely';
import type { Execution } from '../worker/run-ledger.js';
import type { LedgerSchema } from './ledger.schema.js';
import { resumeRun, standingOfTasks } from './run-queries.js';
import { type RunRow, toExecution } from './run-rows.js';

/** Starts an active run again, in this process, as a further attempt with what the last one left. */
export async function resume(
  transaction: Transaction<LedgerSchema>,
  interrupted: RunRow,
  owner: string,
): Promise<Execution> {
  const row = await resumeRun.first(transaction, { id: interrupted.id, owner });
  if (!row) throw new TypeError(`The run ${interrupted.id} vanished within a transaction`);
  const standing = await standingOfTasks.first(transaction, { tasks: JSON.stringify([row.task]) });
  return toExecution(row, standing?.last_success_at ?? null, interrupted);
}
