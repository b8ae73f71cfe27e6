import { Inject, Injectable } from '@nestjs/common';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { LedgerStatistics, type TaskStatistics } from '../../ledger/ledger-statistics.js';
import type { RunTrigger } from '../../runs/run.js';
import { Clock } from '../../time/clock.js';
import { SECOND } from '../../time/duration.js';
import type { RegisteredTask } from '../../worker/registry/registered-task.js';
import { TaskRegistry } from '../../worker/registry/task-registry.js';
import { counter, gauge, type MetricFamily, type MetricSource, type Series } from './metric-family.js';
import { MISSED_REASONS, missedReason } from './missed-reason.js';

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

  constructor(
    private readonly registry: TaskRegistry,
    private readonly ledger: LedgerStatistics,
    private readonly clock: Clock,
    @Inject(workerConfig.KEY) private readonly settings: WorkerSettings,
  ) {}

  async families(): Promise<readonly MetricFamily[]> {
    const known = await this.read();
    const tasks = this.registry.all().map((task): Task => ({ task, statistics: known?.get(task.name) }));
    return [...this.plans(tasks), ...(known ? [...this.counts(tasks), ...states(tasks)] : [])];
  }

  /** What was read last, while the ledger cannot be read. */
  private async read(): Promise<ReadonlyMap<string, TaskStatistics> | undefined> {
    try {
      const statistics = await this.ledger.tasks();
      this.known = new Map(statistics.map((ofTask) => [ofTask.task, ofTask]));
    } catch {
      // Whoever writes to the ledger says so.
    }
    return this.known;
  }

  private plans(tasks: readonly Task[]): MetricFamily[] {
    const now = this.clock.now().getTime();
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
        tasks.flatMap(({ task: { name, schedule } }) => instant(name, schedule?.next(now) ?? null)),
      ),
    ];
  }

  private counts(tasks: readonly Task[]): MetricFamily[] {
    return [
      counter(
        'worker_task_runs_total',
        'Runs that have ended, by outcome, from the ledger; missed slots included.',
        tasks.flatMap((task) => this.runsOf(task)),
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

function missedOf({ task: { name, schedule }, statistics }: Task): Series[] {
  const missed = new Map<string, number>(schedule ? MISSED_REASONS.map((reason) => [reason, 0]) : []);
  for (const { status, reason, runs } of statistics?.runs ?? []) {
    if (status !== 'missed') continue;
    const label = missedReason(reason);
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

function instant(task: string, at: Date | number | null | undefined): Series[] {
  return at === null || at === undefined ? [] : [{ labels: { task }, value: Number(at) / SECOND }];
}
