import { Injectable } from '@nestjs/common';
import { WorkerEvents } from '../../runs/worker-events.js';
import { expose, type Exposition } from './exposition.js';
import type { MetricFamily, MetricSource } from './metric-family.js';
import { ProcessMetrics } from './process.metrics.js';
import { RunMetrics } from './run.metrics.js';
import { TaskMetrics } from './task.metrics.js';
import { UpstreamMetrics } from './upstream.metrics.js';

/** Reads all metrics. Scrapes that come while one is going on share its answer. */
@Injectable()
export class Scrape {
  private readonly sources: readonly MetricSource[];
  private readonly broken = new Set<MetricSource>();
  private readonly running = new Map<boolean, Promise<Exposition>>();

  constructor(
    process: ProcessMetrics,
    tasks: TaskMetrics,
    runs: RunMetrics,
    upstreams: UpstreamMetrics,
    private readonly events: WorkerEvents,
  ) {
    this.sources = [process, tasks, runs, upstreams];
  }

  read(openMetrics: boolean): Promise<Exposition> {
    const running = this.running.get(openMetrics) ?? this.begin(openMetrics);
    this.running.set(openMetrics, running);
    return running;
  }

  private async begin(openMetrics: boolean): Promise<Exposition> {
    try {
      return await expose(this.families(), openMetrics);
    } finally {
      this.running.delete(openMetrics);
    }
  }

  /** One source after the other: all of them at once would hold up the event loop for longer. */
  private async *families(): AsyncGenerator<MetricFamily> {
    for (const source of this.sources) yield* await this.familiesOf(source);
  }

  /** None of a source that fails, which is told once until it works again. */
  private async familiesOf(source: MetricSource): Promise<readonly MetricFamily[]> {
    try {
      const families = await source.families();
      this.broken.delete(source);
      return families;
    } catch (error) {
      if (!this.broken.has(source)) this.events.emit('subscriber.failed', { event: 'a scrape of /metrics', error });
      this.broken.add(source);
      return [];
    }
  }
}
