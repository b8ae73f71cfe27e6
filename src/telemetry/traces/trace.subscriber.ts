import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { useTracer } from '../../runs/tracing.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { SECOND } from '../../time/duration.js';

/** What traces may add to the time that a stop takes. */
const MAX_CLOSING_MS = 2 * SECOND;

/**
 * Sends traces to a collector, if OpenTelemetry's variables name one. Nothing of OpenTelemetry is
 * loaded otherwise. A collector that is dead or slow costs spans, and harms no run.
 */
@Injectable()
export class TraceSubscriber implements OnModuleInit, OnApplicationShutdown {
  private closeProvider: () => Promise<void> = async () => undefined;
  private failing = false;

  constructor(
    private readonly events: WorkerEvents,
    @Inject(workerConfig.KEY) private readonly settings: WorkerSettings,
  ) {}

  async onModuleInit(): Promise<void> {
    const { traces, environment } = this.settings;
    if (!traces) return;
    // The packages read the environment themselves, and know nothing of a file beside it.
    Object.assign(process.env, traces);
    const { startTracing } = await import('./start-tracing.js');
    this.closeProvider = startTracing(this.events, environment, (error) => this.exported(error));
  }

  async onApplicationShutdown(): Promise<void> {
    useTracer(undefined);
    const limit = Promise.withResolvers<void>();
    const timer = setTimeout(limit.resolve, MAX_CLOSING_MS);
    await Promise.race([this.closeProvider().catch(() => undefined), limit.promise]);
    clearTimeout(timer);
  }

  /** Failures are told once, until an export succeeds. */
  private exported(error: Error | undefined): void {
    if (error && !this.failing) this.events.emit('traces.failed', { error });
    this.failing = error !== undefined;
  }
}
