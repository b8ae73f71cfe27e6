import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { SECOND } from '../../time/duration.js';
import { Clock } from '../../time/clock.js';
import type { RegisteredTask } from '../../worker/registry/registered-task.js';
import { RunHistory, type TaskOverview } from '../../ledger/run-history.js';
import { TaskRegistry } from '../../worker/registry/task-registry.js';
import { WorkerLifecycle } from '../../worker/worker-lifecycle.js';
import { Cached } from '../cached.js';
import { freshness } from '../freshness.js';

const CACHED_FOR = 3 * SECOND;

/** Whether each task succeeds as often as its schedule says: one indicator per task, at worst degraded. */
@Injectable()
export class FreshnessIndicator {
  private readonly startedAt: number;
  private readonly overview = new Cached(CACHED_FOR, () => this.history.overview());

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly clock: Clock,
    private readonly lifecycle: WorkerLifecycle,
    private readonly registry: TaskRegistry,
    private readonly history: RunHistory,
  ) {
    this.startedAt = clock.now().getTime();
  }

  async check(): Promise<HealthIndicatorResult> {
    if (this.lifecycle.phase !== 'ready') return {};
    try {
      const overview = await this.overview.get();
      const results = this.registry.all().map((task) => this.judge(task, overview.get(task.name)));
      return Object.fromEntries(results.flatMap((result) => Object.entries(result)));
    } catch (error) {
      return this.indicators.check('tasks').degraded(`The history cannot be read: ${String(error)}`);
    }
  }

  private judge(task: RegisteredTask, overview: TaskOverview | undefined): HealthIndicatorResult {
    const now = this.clock.now().getTime();
    const { lastSuccessAt, expectedBy, stale } = freshness(task, overview, this.startedAt, now);
    const detail = {
      schedule: task.schedule?.description ?? 'off',
      lastRun: overview?.lastRun?.status ?? null,
      lastSuccessAt: instant(lastSuccessAt),
      ageSeconds: lastSuccessAt === null ? null : Math.max(0, Math.round((now - lastSuccessAt) / SECOND)),
      expectedBy: instant(expectedBy),
    };
    const indicator = this.indicators.check(`task:${task.name}`);
    return stale ? indicator.degraded(detail) : indicator.up(detail);
  }
}

function instant(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds);
}
