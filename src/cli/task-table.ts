import type { Pause } from '../ledger/pause.js';
import type { TaskPlan, TaskView } from '../ops/task-view.js';
import type { Run } from '../runs/run.js';
import { statusPainter } from './format/colors.js';
import { type Column, table } from './format/table.js';
import { relativeTime } from './format/time.js';
import { durationOf, outcomeSummary } from './run-summary.js';
import type { Layout } from './terminal.js';

/** The tasks with what came of them and when they are due. */
export function taskTable(tasks: readonly TaskView[], options: Layout): string {
  const { now, colors, width } = options;
  const [name, schedule, nextRun] = planColumns(now);
  const next: Column<TaskView> = {
    title: 'NEXT RUN',
    text: (task) => (task.paused ? pauseText(task.paused, now) : nextRun.text(task)),
    paint: ({ paused }) => (paused ? colors.yellow : (text) => text),
  };
  const status: Column<TaskView> = {
    title: 'STATUS',
    text: ({ status }) => status?.replace('_', ' ') ?? 'never ran',
    paint: ({ status }) => (status ? statusPainter(status, colors) : colors.dim),
  };
  const lastRun: Column<TaskView> = {
    title: 'LAST RUN',
    text: ({ lastRun }) => when(lastRun?.startedAt ?? null, now),
    optional: true,
  };
  const outcome: Column<TaskView> = {
    title: 'OUTCOME',
    text: ({ lastRun }) => outcomeOf(lastRun, now),
    elastic: true,
  };
  return table(tasks, [name, schedule, status, lastRun, next, outcome], colors, width);
}

/** The tasks with when they are due. */
export function planTable(tasks: readonly TaskPlan[], { now, colors, width }: Layout): string {
  return table(tasks, planColumns(now), colors, width);
}

function planColumns(now: Date): [Column<TaskPlan>, Column<TaskPlan>, Column<TaskPlan>] {
  return [
    { title: 'TASK', text: ({ name }) => name },
    { title: 'SCHEDULE', text: ({ description }) => description },
    { title: 'NEXT RUN', text: ({ nextRun }) => when(nextRun, now) || '—' },
  ];
}

function pauseText({ ends }: Pause, now: Date): string {
  return ends ? `paused, ends ${relativeTime(ends, now)}` : 'paused';
}

function when(instant: Date | null, now: Date): string {
  return instant ? relativeTime(instant, now) : '';
}

function outcomeOf(run: Run | null, now: Date): string {
  if (!run) return '';
  return [outcomeSummary(run), durationOf(run, now)].filter(Boolean).join(' · ');
}
