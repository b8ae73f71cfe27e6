import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Histogram } from 'prom-client';
import type { Run } from '../../runs/run.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { TaskRegistry } from '../../worker/registry/task-registry.js';
import { familyOf, gauge, type MetricFamily, type MetricSource, observe, type Series } from './metric-family.js';

/** How a run that was executed can end. */
const OUTCOMES = ['succeeded', 'partial', 'failed', 'timed_out', 'cancelled'] as const;

/** A few milliseconds of work, in which nothing else happens. */
const MAX_TASKS_AT_ONCE = 50;

/** The runs of one task. Series begin at 0: Prometheus sees no increase in one that begins at 1. */
class RunsOfTask {
  readonly active = new Set<string>();
  readonly durations = new Histogram({
    name: 'worker_task_run_duration_seconds',
    help: 'How long runs were in work, without the pauses between attempts.',
    labelNames: ['task', 'outcome'],
    buckets: [0.1, 0.5, 1, 5, 15, 60, 300, 900, 1_800, 3_600],
    enableExemplars: true,
    registers: [],
  });
  readonly delays = new Histogram({
    name: 'worker_task_start_delay_seconds',
    help: 'How long after their slots scheduled runs started; without runs that were caught up.',
    labelNames: ['task'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300],
    enableExemplars: true,
    registers: [],
  });

  constructor(task: string) {
    for (const outcome of OUTCOMES) this.durations.zero({ task, outcome });
    this.delays.zero({ task });
  }
}

/** The runs of this process, as they go by. */
@Injectable()
export class RunMetrics implements MetricSource {
  private readonly tasks = new Map<string, RunsOfTask>();

  constructor(
    events: WorkerEvents,
    private readonly registry: TaskRegistry,
  ) {
    events.on('run.started', ({ run }) => this.started(run));
    events.on('run.finished', ({ run }) => this.finished(run));
    events.on('run.lost', ({ run }) => this.left(run));
    events.on('run.unrecorded', ({ run }) => this.left(run));
  }

  async families(): Promise<readonly MetricFamily[]> {
    const active: Series[] = [];
    const durations: MetricFamily[] = [];
    const delays: MetricFamily[] = [];
    for (const [index, { name }] of this.registry.all().entries()) {
      const runs = this.runsOf(name);
      active.push({ labels: { task: name }, value: runs.active.size });
      durations.push(await familyOf(runs.durations));
      delays.push(await familyOf(runs.delays));
      if (index % MAX_TASKS_AT_ONCE === MAX_TASKS_AT_ONCE - 1) await nextTurn();
    }
    return [
      ...joined(durations),
      ...joined(delays),
      gauge('worker_task_runs_active', 'Runs that this process executes now.', active),
    ];
  }

  private started(run: Run): void {
    const { id, task, trigger, attempt, slot, startedAt } = run;
    if (!this.registry.find(task)) return;
    const runs = this.runsOf(task);
    runs.active.add(id);
    if (trigger !== 'schedule' || attempt > 1 || !slot || !startedAt) return;
    observe(runs.delays, { task }, startedAt.getTime() - slot.getTime(), { run_id: id });
  }

  private finished(run: Run): void {
    this.left(run);
    const { id, task, status, durationMs } = run;
    const outcome = OUTCOMES.find((candidate) => candidate === status);
    if (!outcome || durationMs === null || !this.registry.find(task)) return;
    const { durations } = this.runsOf(task);
    observe(durations, { task, outcome }, durationMs, { run_id: id });
  }

  private left({ id, task }: Run): void {
    this.tasks.get(task)?.active.delete(id);
  }

  private runsOf(task: string): RunsOfTask {
    const runs = this.tasks.get(task) ?? new RunsOfTask(task);
    this.tasks.set(task, runs);
    return runs;
  }
}

/** One family of several of the same name. */
function joined([first, ...others]: readonly MetricFamily[]): MetricFamily[] {
  return first ? [{ ...first, values: [first, ...others].flatMap(({ values }) => values) }] : [];
}
