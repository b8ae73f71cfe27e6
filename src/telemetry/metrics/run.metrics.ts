import { Injectable } from '@nestjs/common';
import { Histogram } from 'prom-client';
import type { Run } from '../../runs/run.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { TaskRegistry } from '../../worker/registry/task-registry.js';
import { familyOf, gauge, type MetricFamily, type MetricSource, observe } from './metric-family.js';

/** How a run that was executed can end. */
const OUTCOMES = ['succeeded', 'partial', 'failed', 'timed_out', 'cancelled'] as const;

/** The runs of this process, as they go by. */
@Injectable()
export class RunMetrics implements MetricSource {
  private readonly durations = new Histogram({
    name: 'worker_task_run_duration_seconds',
    help: 'How long runs took from their first start to their end.',
    labelNames: ['task', 'outcome'],
    buckets: [0.1, 0.5, 1, 5, 15, 60, 300, 900, 1_800, 3_600],
    enableExemplars: true,
    registers: [],
  });
  private readonly delays = new Histogram({
    name: 'worker_task_start_delay_seconds',
    help: 'How long after their slots scheduled runs started; without runs that were caught up.',
    labelNames: ['task'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300],
    enableExemplars: true,
    registers: [],
  });
  /** By task: the runs that are executed now. */
  private readonly active = new Map<string, Set<string>>();

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
    const names = this.registry.all().map(({ name }) => name);
    for (const name of names) this.know(name);
    return [
      await familyOf(this.durations),
      await familyOf(this.delays),
      gauge(
        'worker_task_runs_active',
        'Runs that this process executes now.',
        names.map((task) => ({ labels: { task }, value: this.active.get(task)?.size ?? 0 })),
      ),
    ];
  }

  private started(run: Run): void {
    const { id, task, trigger, attempt, slot, startedAt } = run;
    if (!this.registry.find(task)) return;
    this.know(task).add(id);
    if (trigger !== 'schedule' || attempt > 1 || !slot || !startedAt) return;
    observe(this.delays, { task }, startedAt.getTime() - slot.getTime(), { run_id: id });
  }

  private finished(run: Run): void {
    this.left(run);
    const { id, task, status, startedAt, finishedAt } = run;
    const outcome = OUTCOMES.find((candidate) => candidate === status);
    if (!outcome || !startedAt || !finishedAt || !this.registry.find(task)) return;
    this.know(task);
    observe(this.durations, { task, outcome }, finishedAt.getTime() - startedAt.getTime(), { run_id: id });
  }

  private left({ id, task }: Run): void {
    this.active.get(task)?.delete(id);
  }

  /** Series begin at 0: Prometheus sees no increase in one that begins at 1. */
  private know(task: string): Set<string> {
    const known = this.active.get(task);
    if (known) return known;
    for (const outcome of OUTCOMES) this.durations.zero({ task, outcome });
    this.delays.zero({ task });
    const active = new Set<string>();
    this.active.set(task, active);
    return active;
  }
}
