import type { RegisteredTask } from '../worker/registry/registered-task.js';
import type { TaskOverview } from '../ledger/run-history.js';
import type { Run, RunStatus } from '../runs/run.js';
import { type Colors, statusPainter } from './format/colors.js';
import { type Column, table } from './format/table.js';
import { relativeTime } from './format/time.js';
import { runJson } from './run-json.js';
import { durationOf, outcomeSummary } from './run-summary.js';

/** A task at a glance, as `worker list --json` prints it. */
export interface ListedTask {
  readonly name: string;
  /** As configured: `every 5m`, a cron expression, or `off`. */
  readonly schedule: string;
  /** The schedule in words. */
  readonly description: string;
  readonly timezone: string | null;
  /** Of the last run; null when there was none. */
  readonly status: RunStatus | null;
  readonly lastRun: Run | null;
  readonly lastSuccessAt: Date | null;
  readonly nextRun: Date | null;
}

export function listedTask(
  { name, schedule, task }: RegisteredTask,
  overview: TaskOverview | undefined,
  now: Date,
): ListedTask {
  const lastRun = overview?.lastRun ?? null;
  const next = schedule?.next(now.getTime()) ?? null;
  return {
    name,
    schedule: schedule?.text ?? 'off',
    description: schedule?.description ?? (task.manualOnly ? 'by hand only' : 'off'),
    timezone: schedule?.timezone ?? null,
    status: lastRun?.status ?? null,
    lastRun: lastRun && runJson(lastRun),
    lastSuccessAt: overview?.lastSuccessAt ?? null,
    nextRun: next === null ? null : new Date(next),
  };
}

export interface TaskTableOptions {
  readonly now: Date;
  readonly colors: Colors;
  readonly width: number | null;
}

/** The tasks with what came of them and when they are due. */
export function taskTable(tasks: readonly ListedTask[], options: TaskTableOptions): string {
  const { now, colors, width } = options;
  const [name, schedule, nextRun] = planColumns(now);
  const status: Column<ListedTask> = {
    title: 'STATUS',
    text: ({ status }) => status?.replace('_', ' ') ?? 'never ran',
    paint: ({ status }) => (status ? statusPainter(status, colors) : colors.dim),
  };
  const lastRun: Column<ListedTask> = {
    title: 'LAST RUN',
    text: ({ lastRun }) => when(lastRun?.startedAt ?? null, now),
    optional: true,
  };
  const outcome: Column<ListedTask> = {
    title: 'OUTCOME',
    text: ({ lastRun }) => outcomeOf(lastRun, now),
    elastic: true,
  };
  return table(tasks, [name, schedule, status, lastRun, nextRun, outcome], colors, width);
}

/** The tasks with when they are due. */
export function plannedTasks(tasks: readonly ListedTask[], { now, colors, width }: TaskTableOptions): string {
  return table(tasks, planColumns(now), colors, width);
}

function planColumns(now: Date): [Column<ListedTask>, Column<ListedTask>, Column<ListedTask>] {
  return [
    { title: 'TASK', text: ({ name }) => name },
    { title: 'SCHEDULE', text: ({ description }) => description },
    { title: 'NEXT RUN', text: ({ nextRun }) => when(nextRun, now) || '—' },
  ];
}

function when(instant: Date | null, now: Date): string {
  return instant ? relativeTime(instant, now) : '';
}

function outcomeOf(run: Run | null, now: Date): string {
  if (!run) return '';
  return [outcomeSummary(run), durationOf(run, now)].filter(Boolean).join(' · ');
}
