import { Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { MINUTE } from '../../time/duration.js';
import { TaskScheduler } from '../../worker/scheduler/task-scheduler.js';
import { WorkerLifecycle } from '../../worker/worker-lifecycle.js';

/** The scheduler beats at least once a minute: after three without a beat its timer is lost. */
const SILENT_AFTER_MS = 3 * MINUTE;

/** Whether the scheduler still looks for due slots. */
@Injectable()
export class SchedulerIndicator {
  private lastBeat = Number.NaN;
  private seenSince = 0;

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly lifecycle: WorkerLifecycle,
    private readonly scheduler: TaskScheduler,
  ) {}

  check(): HealthIndicatorResult {
    const { phase } = this.lifecycle;
    const indicator = this.indicators.check('scheduler');
    if (phase !== 'ready') return indicator.up({ phase });
    const { lastBeatAt } = this.scheduler.heartbeat;
    return this.silence(lastBeatAt) > SILENT_AFTER_MS ? indicator.down({ lastBeatAt }) : indicator.up({ lastBeatAt });
  }

  /** By the monotonic clock: a wall clock that was set must not look like silence. */
  private silence(beat: Date): number {
    if (beat.getTime() !== this.lastBeat) {
      this.lastBeat = beat.getTime();
      this.seenSince = performance.now();
    }
    return performance.now() - this.seenSince;
  }
}
