import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import type { WorkerSettings } from '../config/settings.js';
import { workerConfig } from '../config/worker.config.js';
import { Clock } from '../time/clock.js';
import { StoreClock } from '../time/store-clock.js';
import { HistoryPruner } from '../ledger/history-pruner.js';
import { BatchRunner } from './batch/batch-runner.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { TaskCatalogue } from './registry/task-catalogue.js';
import { TaskExplorer } from './registry/task-explorer.js';
import { TaskSource } from './registry/task-source.js';
import { TaskRegistry } from './registry/task-registry.js';
import { UsualRuns } from './execution/usual-runs.js';
import { ChunkRunner } from './execution/chunk-runner.js';
import { TaskRunner } from './execution/task-runner.js';
import { UpstreamGate } from './scheduler/upstream-gate.js';
import { TaskScheduler } from './scheduler/task-scheduler.js';
import { CommandWatch } from './command-watch.js';
import { WorkerLifecycle } from './worker-lifecycle.js';

@Global()
@Module({
  imports: [
    DiscoveryModule,
    // Its decorators declare; its timers stay off: TaskScheduler arms.
    ScheduleModule.forRoot({ cronJobs: false, intervals: false, timeouts: false }),
  ],
  providers: [
    {
      provide: Clock,
      inject: [workerConfig.KEY],
      useFactory: ({ database }: WorkerSettings) => ('url' in database ? new StoreClock() : new Clock()),
    },
    WorkerEvents,
    { provide: TaskSource, useClass: TaskExplorer },
    TaskRegistry,
    { provide: TaskCatalogue, useExisting: TaskRegistry },
    UsualRuns,
    TaskRunner,
    BatchRunner,
    ChunkRunner,
    UpstreamGate,
    TaskScheduler,
    HistoryPruner,
    CommandWatch,
    WorkerLifecycle,
  ],
  exports: [
    Clock,
    WorkerEvents,
    BatchRunner,
    ChunkRunner,
    TaskCatalogue,
    TaskRegistry,
    TaskRunner,
    TaskScheduler,
    CommandWatch,
    WorkerLifecycle,
  ],
})
export class WorkerModule {}
