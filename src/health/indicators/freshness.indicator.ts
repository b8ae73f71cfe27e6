import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { TaskQueries } from '../../ops/task.queries.js';
import type { TaskView } from '../../ops/task-view.js';
import { Clock } from '../../time/clock.js';
import { SECOND } from '../../time/duration.js';
import { WorkerLifecycle } from '../../worker/worker-lifecycle.js';
import { Cached } from '../cached.js';

const CACHED_FOR_MS = 3 * SECOND;

/** Whether each task succeeds as often as it is due: one indicator a task, at worst degraded. */
@Injectable()
export class FreshnessIndicator {
  private readonly tasks = new Cached(CACHED_FOR_MS, () => this.queries.list());

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly clock: Clock,
    private readonly lifecycle: WorkerLifecycle,
    private readonly queries: TaskQueries,
  ) {}

  async check(): Promise<HealthIndicatorResult> {
    if (this.lifecycle.phase !== 'ready') return {};
    try {
      const results = (await this.tasks.get()).map((task) => this.judge(task));
      return Object.fromEntries(results.flatMap((result) => Object.entries(result)));
    } catch (error) {
      return this.indicators.check('tasks').degraded(`The history cannot be read: ${String(error)}`);
    }
  }

  private judge({ name, description, status, lastSuccessAt, expectedBy, stale }: TaskView): HealthIndicatorResult {
    const age = lastSuccessAt && this.clock.now().getTime() - lastSuccessAt.getTime();
    const detail = {
      schedule: description,
      lastRun: status,
      lastSuccessAt,
      ageSeconds: age && Math.max(0, Math.round(age / SECOND)),
      expectedBy,
    };
    const indicator = this.indicators.check(`task:${name}`);
    return stale ? indicator.degraded(detail) : indicator.up(detail);
  }
}
