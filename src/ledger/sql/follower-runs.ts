import { covers } from '../pause.js';
import type { Execution } from '../run-ledger.js';
import { newRun, type Verdict } from './new-run.js';
import { pausesAfter, toPause } from './pauses.js';
import { insertRun, isQueued } from './run-queries.js';
import type { LedgerWriter } from './sql-store.js';
import { newestSlots, recordSlots } from './task-summary.js';
import { rowsOf, type Transaction } from './transaction.js';

/**
 * Records a run of each task that follows one that has succeeded, with its reference instant. In
 * the commit of that success, so that there is one for each, whatever happens to the process.
 */
export function* queueFollowers(
  { run, at }: Execution,
  tasks: readonly string[],
  writer: LedgerWriter,
  now: number,
): Transaction<void> {
  const waiting = yield* rowsOf((db) =>
    db.selectFrom('runs').select('task').where(isQueued).where('trigger', '=', 'after').where('task', 'in', tasks),
  );
  const pauses = (yield* pausesAfter.rows({ after: now })).map(toPause);
  for (const task of tasks) {
    const claim = { task, trigger: 'after', slot: null, at, overlap: 'queue' } as const;
    const isPaused = pauses.some((pause) => covers(pause, task, new Date(now)));
    const verdict = verdictOf(
      isPaused,
      waiting.some((other) => other.task === task),
    );
    const follower = newRun(claim, writer.runIds.next(now), verdict, writer, now);
    yield* insertRun.execute({ ...follower, at: at.getTime(), after_run: run.id });
  }
  yield* recordSlots.execute({ slots: newestSlots.toJson(tasks.map((task) => ({ task, last_slot: null }))) });
}

/** What waits already has not begun: it covers this success, too. */
function verdictOf(isPaused: boolean, isWaiting: boolean): Verdict {
  if (isPaused) return { status: 'skipped', reason: 'paused' };
  return isWaiting ? { status: 'skipped', reason: 'overlap' } : { status: 'queued', reason: null };
}
