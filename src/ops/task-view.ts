import type { Pause } from '../ledger/pause.js';
import type { TaskOverview } from '../ledger/run-history.js';
import type { Run, RunStatus } from '../runs/run.js';
import type { KnownTask } from '../worker/registry/registered-task.js';
import type { Freshness } from './freshness.js';
import { runJson } from './run-json.js';

/** When a task is due, as JSON shows it. */
export interface TaskPlan {
  readonly name: string;
  /** As configured: `every 5m`, a cron expression, or `off`. */
  readonly schedule: string;
  /** The schedule in words. */
  readonly description: string;
  readonly timezone: string | null;
  readonly nextRun: Date | null;
}

/** A task at a glance: when it is due, and what came of it. */
export interface TaskView extends TaskPlan {
  /** Of the last run; null when there was none. */
  readonly status: RunStatus | null;
  readonly lastRun: Run | null;
  readonly lastSuccessAt: Date | null;
  /** What its last successful run has left for the next one; absent: nothing. */
  readonly state?: unknown;
  /** Until when the task has to succeed again; null: nothing is expected. */
  readonly expectedBy: Date | null;
  /** It has not succeeded in time. */
  readonly stale: boolean;
  /** Null: it is not paused. */
  readonly paused: Pause | null;
}

/** `from`: slots before it do not count. */
export function planOf(task: KnownTask, from: Date | null): TaskPlan {
  const { name, schedule } = task;
  return {
    name,
    schedule: schedule?.text ?? 'off',
    description: describe(task),
    timezone: schedule?.timezone ?? null,
    nextRun: toDate((from && schedule?.next(from.getTime())) ?? null),
  };
}

/** When it runs, in words. */
function describe({ schedule, manualOnly, follows = [] }: KnownTask): string {
  const scheduled = schedule?.description ?? (manualOnly ? 'by hand only' : 'off');
  if (follows.length === 0) return scheduled;
  const chained = `after ${follows.join(' or ')}`;
  return schedule ? `${scheduled}, and ${chained}` : chained;
}

export function viewOf(
  plan: TaskPlan,
  overview: TaskOverview | undefined,
  { expectedBy, stale }: Freshness,
  paused: Pause | null,
): TaskView {
  const lastRun = overview?.lastRun ?? null;
  return {
    ...plan,
    status: lastRun?.status ?? null,
    lastRun: lastRun && runJson(lastRun),
    lastSuccessAt: overview?.lastSuccessAt ?? null,
    ...(overview?.state !== undefined && { state: overview.state }),
    expectedBy: toDate(expectedBy),
    stale,
    paused,
  };
}

function toDate(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds);
}
