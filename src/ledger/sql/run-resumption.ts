import type { Execution } from '../run-ledger.js';
import { resumeRun, standingOfTasks } from './run-queries.js';
import { type RunRow, toExecution } from './run-rows.js';
import type { Steps } from './steps.js';

/** Starts an active run again, in this process, as a further attempt with what the last one left. */
export function* resume(interrupted: RunRow, owner: string): Steps<Execution> {
  const row = yield* resumeRun.first({ id: interrupted.id, owner });
  if (!row) throw new TypeError(`The run ${interrupted.id} vanished within a transaction`);
  const standing = yield* standingOfTasks.first({ tasks: JSON.stringify([row.task]) });
  return toExecution(row, standing?.last_success_at ?? null, interrupted);
}
