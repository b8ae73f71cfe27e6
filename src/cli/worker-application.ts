import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import type { WorkerSettings } from '../config/settings.js';
import { workerConfig } from '../config/worker.config.js';
import { useStderrForLogs } from '../logging/log-destination.js';
import { WorkerLogger } from '../logging/worker.logger.js';
import { guardProcess } from '../process/process-guard.js';
import { Clock } from '../time/clock.js';
import { LedgerArchive } from '../ledger/ledger-archive.js';
import { LedgerConnection } from '../ledger/ledger-connection.js';
import { RunQueue } from '../ledger/run-queue.js';
import { ServiceLedger } from '../ledger/service-ledger.js';
import { ManualRuns } from '../ops/manual-runs.js';
import { OperatorCommands } from '../ops/operator-commands.js';
import { RunLogQueries } from '../ops/run-log.queries.js';
import { WhyQueries } from '../ops/why/why.queries.js';
import { RunQueries } from '../ops/run.queries.js';
import { TaskQueries } from '../ops/task.queries.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { BatchTask } from '../worker/authoring/batch.task.js';
import { paramsFromTexts } from '../worker/registry/run-params.js';
import { TaskRegistry } from '../worker/registry/task-registry.js';
import type { WorkerApplication } from './application.js';

/**
 * What is logged: `quiet`: warnings and worse. `brief`: the same, unless `LOG_LEVEL` asks for more
 * than its default. `configured`: as `LOG_LEVEL` says.
 */
export type LogDetail = 'quiet' | 'brief' | 'configured';

/** The worker without the service: it does not listen, schedules nothing, has nothing open. */
export async function createApplication(detail: LogDetail): Promise<WorkerApplication> {
  return applicationOf(await createContext(detail));
}

export async function createContext(detail: LogDetail): Promise<INestApplicationContext> {
  useStderrForLogs();
  const context = await NestFactory.createApplicationContext(AppModule, {
    bufferLogs: true,
    abortOnError: false,
    // Where no logger comes to be, Nest writes to stdout itself, all but errors.
    logger: ['error'],
  });
  const logger = context.get(WorkerLogger);
  restrictLog(logger, detail);
  context.useLogger(logger);
  guardProcess(context.get(WorkerEvents));
  return context;
}

function applicationOf(context: INestApplicationContext): WorkerApplication {
  const ledger = context.get(LedgerConnection);
  return {
    settings: context.get<WorkerSettings>(workerConfig.KEY),
    clock: context.get(Clock),
    tasks: context.get(TaskQueries),
    runs: context.get(RunQueries),
    manualRuns: context.get(ManualRuns),
    knowsTotal: (name) => !(context.get(TaskRegistry).get(name).task instanceof BatchTask),
    commands: context.get(OperatorCommands),
    why: context.get(WhyQueries),
    runLogs: context.get(RunLogQueries),
    archive: context.get(LedgerArchive),
    queue: context.get<RunQueue | null>(RunQueue),
    check: async () => context.get(TaskRegistry).load(),
    open: async (role) => {
      await ledger.open(role);
      return context.get(ServiceLedger).running();
    },
    look: () => context.get(ServiceLedger).running(),
    clockOffsetMs: () => ledger.clockOffsetMs(),
    paramsOf: async (name, texts) => paramsFromTexts(context.get(TaskRegistry).get(name).task, texts),
    wrapLogger: (wrap) => context.useLogger(wrap(context.get(WorkerLogger))),
    close: async () => {
      // The log lines of a run that has just ended go on record on the way.
      await context.close();
      await ledger.close();
    },
  };
}

function restrictLog(logger: WorkerLogger, detail: LogDetail): void {
  const unrestricted = detail === 'configured' || (detail === 'brief' && logger.isEnabled('debug'));
  if (!unrestricted && logger.isEnabled('info')) logger.level = 'warn';
}
