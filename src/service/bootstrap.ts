import { setImmediate } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../app.module.js';
import { workerConfig } from '../config/worker.config.js';
import type { WorkerSettings } from '../config/settings.js';
import { WorkerLogger } from '../logging/worker.logger.js';
import { WorkerLifecycle } from '../worker/worker-lifecycle.js';
import { exitCodeOfError } from '../process/exit-code.js';
import { explain } from '../process/explanation.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { guardProcess } from '../process/process-guard.js';
import { limitConnections } from './connection-limits.js';
import { collectWhileSmall } from './idle-collection.js';
import { Service } from './service.js';
import type { StopSignals } from '../process/stop-signals.js';

/** Starts the service. A failure ends the process: with 5 if the configuration is bad, else 1. */
export async function bootstrap(signals: StopSignals): Promise<void> {
  try {
    const app = await createApplication();
    // A signal that came while the program loaded is delivered now, before anything is opened.
    await setImmediate();
    const settings = app.get<WorkerSettings>(workerConfig.KEY);
    const worker = app.get(WorkerLifecycle);
    const warnings = [...settings.warnings, ...worker.check()];
    const events = app.get(WorkerEvents);
    events.emit('configuration.read', { ...settings, warnings });
    collectWhileSmall();
    const service = new Service(app, worker, events, settings);
    signals.onStop(() => service.stop());
    await service.start();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(exitCodeOfError(error));
  }
}

async function createApplication(): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule, {
    bufferLogs: true,
    abortOnError: false,
    forceCloseConnections: true,
    bodyParser: false,
  });
  app.useLogger(app.get(WorkerLogger));
  app.disable('x-powered-by');
  // Nest's default of 100 kB is small for a retry of thousands of items.
  app.useBodyParser('json', { limit: '1mb' });
  limitConnections(app.getHttpServer());
  guardProcess(app.get(WorkerEvents));
  return app;
}
