import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { LedgerStatistics, type TaskStatistics } from '../../ledger/ledger-statistics.js';
import type { TaskPlan, TaskView } from '../../ops/task-view.js';
import { TaskQueries } from '../../ops/task.queries.js';
import { LedgerUnavailableError } from '../../runs/errors.js';
import type { RunTrigger } from '../../runs/run.js';
import { SECOND } from '../../time/duration.js';
import type { RegisteredTask } from '../../worker/registry/registered-task.js';
import { TaskRegistry } from '../../worker/registry/task-registry.js';
import { counter, gauge, type MetricFamily, type MetricSource, type Series } from './metric-family.js';
import { MISSED_REASONS } from '../../runs/run-reasons.js';

/** A few milliseconds of work, in which nothing else happens. */
const MAX_TASKS_AT_ONCE = 50;
const OUTCOMES = ['succeeded', 'partial', 'failed', 'timed_out', 'cancelled', 'skipped'] as const;
const ITEM_OUTCOMES = ['succeeded', 'failed', 'skipped'] as const;

interface Task {
  readonly task: RegisteredTask;
  readonly statistics: TaskStatistics | undefined;
}

/**
 * What the ledger knows of each task: it survives a restart, and is the same in every process. All
 * of it is left out until the ledger has been read once: a counter that showed 0 for a moment would
 * seem to have counted everything anew.
 */
@Injectable()
export class TaskMetrics implements MetricSource {
  private known: ReadonlyMap<string, TaskStatistics> | undefined;
  private views: readonly TaskView[] = [];

  constructor(
    private readonly registry: TaskRegistry,
    private readonly queries: TaskQueries,
    private readonly ledger: LedgerStatistics,
    @Inject(workerConfig.KEY) private readonly settings: WorkerSettings,
  ) {}

  async families(): Promise<readonly MetricFamily[]> {
    const isRead = await this.read();
    const tasks = this.registry.all().map((task): Task => ({ task, statistics: this.known?.get(task.name) }));
    const plans = this.plans(tasks, isRead ? this.views : this.queries.plans());
    if (!this.known) return plans;
    await nextTurn();
    const counts = await this.counts(tasks);
    return [...plans, pausedTasks(this.views), ...counts, ...states(tasks)];
  }

  /** False while the ledger cannot be read: what was read last is kept. */
  private async read(): Promise<boolean> {
    try {
      const statistics = await this.ledger.tasks();
      await nextTurn();
      this.views = await this.queries.list();
      this.known = new Map(statistics.map((ofTask) => [ofTask.task, ofTask]));
      return true;
    } catch (error) {
      // Whoever writes to the ledger says so.
      if (error instanceof LedgerUnavailableError) return false;
      throw error;
    }
  }

  private plans(tasks: readonly Task[], plans: readonly TaskPlan[]): MetricFamily[] {
    return [
      gauge(
        'worker_task_info',
        'The tasks and their schedules; always 1.',
        tasks.map(({ task: { name, schedule } }) => {
          const labels = { task: name, schedule: schedule?.text ?? 'off', timezone: schedule?.timezone ?? '' };
          return { labels, value: 1 };
        }),
      ),
      gauge(
        'worker_task_next_run_timestamp_seconds',
        'When the task is due next; absent without a further slot.',
        plans.flatMap(({ name, nextRun }) => instant(name, nextRun)),
      ),
    ];
  }

  private async counts(tasks: readonly Task[]): Promise<MetricFamily[]> {
    const runs: Series[] = [];
    for (const [index, task] of tasks.entries()) {
      if (index % MAX_TASKS_AT_ONCE === 0) await nextTurn();
      runs.push(...this.runsOf(task));
    }
    return [
      counter(
        'worker_task_runs_total',
        'Runs that have ended, by outcome, from the ledger; missed slots included.',
        runs,
      ),
      counter(
        'worker_task_missed_runs_total',
        'Records of slots that passed without a run, by reason, from the ledger.',
        tasks.flatMap(missedOf),
      ),
      counter(
        'worker_task_items_total',
        'Items of runs that have ended, by outcome, from the ledger.',
        tasks.flatMap(({ task: { name }, statistics }) =>
          ITEM_OUTCOMES.map((outcome) => ({
            labels: { task: name, outcome },
            value: statistics?.items[outcome] ?? 0,
          })),
        ),
      ),
    ];
  }

  /** Every outcome that can occur, from 0 on. */
  private runsOf({ task, statistics }: Task): Series[] {
    const runs = new Map<string, Series>();
    const add = (outcome: string, trigger: RunTrigger, value: number): void => {
      const key = `${outcome} ${trigger}`;
      const before = runs.get(key)?.value ?? 0;
      runs.set(key, { labels: { task: task.name, outcome, trigger }, value: before + value });
    };
    for (const trigger of this.triggersOf(task)) for (const outcome of OUTCOMES) add(outcome, trigger, 0);
    if (task.schedule) add('missed', 'schedule', 0);
    for (const { status, trigger, runs: count } of statistics?.runs ?? []) add(status, trigger, count);
    return [...runs.values()];
  }

  private triggersOf({ schedule, catchUp }: RegisteredTask): RunTrigger[] {
    const byHand: RunTrigger[] = ['manual', 'retry'];
    if (!schedule) return byHand;
    const caughtUp: RunTrigger[] = catchUp === 'skip' ? [] : ['catch_up'];
    return ['schedule', ...caughtUp, ...(this.settings.runOnStart ? ['start' as const] : []), ...byHand];
  }
}

function pausedTasks(views: readonly TaskView[]): MetricFamily {
  return gauge(
    'worker_task_paused',
    '1 while the task is paused, else 0; from the ledger.',
    views.map(({ name, paused }) => ({ labels: { task: name }, value: Number(paused !== null) })),
  );
}

function missedOf({ task: { name, schedule }, statistics }: Task): Series[] {
  const missed = new Map<string, number>(schedule ? MISSED_REASONS.map((reason) => [reason, 0]) : []);
  for (const { status, reason, runs } of statistics?.runs ?? []) {
    if (status !== 'missed') continue;
    // Older versions have recorded sentences.
    const label = MISSED_REASONS.find((known) => known === reason) ?? 'other';
    missed.set(label, (missed.get(label) ?? 0) + runs);
  }
  return [...missed].map(([reason, value]) => ({ labels: { task: name, reason }, value }));
}

function states(tasks: readonly Task[]): MetricFamily[] {
  return [
    gauge(
      'worker_task_last_run_timestamp_seconds',
      'When the newest run that has started did so, from the ledger; absent before the first.',
      tasks.flatMap(({ task: { name }, statistics }) => instant(name, statistics?.lastStartedAt)),
    ),
    gauge(
      'worker_task_last_success_timestamp_seconds',
      'When the newest successful or partial run ended, from the ledger; absent before the first.',
      tasks.flatMap(({ task: { name }, statistics }) => instant(name, statistics?.lastSuccessAt)),
    ),
    gauge(
      'worker_task_last_run_success',
      '1 if the run that ended last was successful or partial, else 0; absent before the first.',
      tasks.flatMap(({ task: { name }, statistics }) => {
        if (!statistics?.lastStatus) return [];
        const good = statistics.lastStatus === 'succeeded' || statistics.lastStatus === 'partial';
        return { labels: { task: name }, value: Number(good) };
      }),
    ),
    gauge(
      'worker_task_items_quarantined',
      'Items that failed too often and are left alone now, from the ledger.',
      tasks.map(({ task: { name }, statistics }) => ({ labels: { task: name }, value: statistics?.quarantined ?? 0 })),
    ),
  ];
}

function instant(task: string, at: Date | null | undefined): Series[] {
  return at === null || at === undefined ? [] : [{ labels: { task }, value: Number(at) / SECOND }];
}
