import { MINUTE } from '../time/duration.js';
import type { KnownTask } from '../worker/registry/registered-task.js';
import type { TaskOverview } from '../ledger/run-history.js';

/** Until when a task has to succeed again. */
export interface Freshness {
  /** Epoch milliseconds. Null: without a schedule, nothing is expected. */
  readonly expectedBy: number | null;
  readonly stale: boolean;
}

/**
 * The deadline that the task names with `freshness`, or else the one that its schedule implies:
 * the run of the first slot after the last success has to succeed. It is given one period of the
 * schedule for it, at least a minute and at most the deadline of a run; a run that began in that
 * time may use the whole of its deadline.
 *
 * @param since from when on slots count for a task that never succeeded: the start of the service
 */
export function freshness(
  { schedule, timeout, freshness: maxAge }: KnownTask,
  overview: TaskOverview | undefined,
  since: number,
  now: number,
): Freshness {
  const lastSuccess = overview?.lastSuccessAt?.getTime() ?? since;
  // A clock that was ahead may have recorded a success that lies in the future.
  const from = lastSuccess > now ? since : lastSuccess;
  const slot = schedule?.next(from) ?? null;
  if (!schedule || slot === null) return { expectedBy: null, stale: false };
  if (maxAge !== undefined) return { expectedBy: from + maxAge, stale: now > from + maxAge };
  const period = (schedule.next(slot) ?? slot) - slot;
  const deadline = slot + Math.min(timeout, Math.max(period, MINUTE));
  const begun = beginOfActiveRun(overview);
  const expectedBy = begun !== null && begun <= deadline ? Math.max(deadline, begun + timeout) : deadline;
  return { expectedBy, stale: now > expectedBy };
}

function beginOfActiveRun(overview: TaskOverview | undefined): number | null {
  const run = overview?.lastRun;
  return run?.status === 'running' ? (run.startedAt?.getTime() ?? null) : null;
}
