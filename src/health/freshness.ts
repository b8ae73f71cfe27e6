import { MINUTE } from '../time/duration.js';
import type { RegisteredTask } from '../worker/registry/registered-task.js';
import type { TaskOverview } from '../ledger/run-history.js';

/** Until when a task must have succeeded again. Instants are epoch milliseconds. */
export interface Freshness {
  readonly lastSuccessAt: number | null;
  /** Null: without a schedule, nothing is expected. */
  readonly expectedBy: number | null;
  readonly stale: boolean;
}

/**
 * The deadline that a schedule implies: the run of the first slot after the last success has to succeed. It is given
 * one period of the schedule for it, at least a minute and at most the deadline of a run; a run that began in that time
 * may use the whole of its deadline.
 *
 * @param since from when on slots count for a task that never succeeded: the start of the service
 */
export function freshness(
  { schedule, timeout }: RegisteredTask,
  overview: TaskOverview | undefined,
  since: number,
  now: number,
): Freshness {
  const lastSuccessAt = overview?.lastSuccessAt?.getTime() ?? null;
  const slot = schedule?.next(lastSuccessAt ?? since) ?? null;
  if (!schedule || slot === null) return { lastSuccessAt, expectedBy: null, stale: false };
  const period = (schedule.next(slot) ?? slot) - slot;
  const deadline = slot + Math.min(timeout, Math.max(period, MINUTE));
  const begun = beginOfActiveRun(overview);
  const expectedBy = begun !== null && begun <= deadline ? Math.max(deadline, begun + timeout) : deadline;
  return { lastSuccessAt, expectedBy, stale: now > expectedBy };
}

function beginOfActiveRun(overview: TaskOverview | undefined): number | null {
  const run = overview?.lastRun;
  return run?.status === 'running' ? (run.startedAt?.getTime() ?? null) : null;
}
