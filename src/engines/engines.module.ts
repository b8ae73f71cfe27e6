import { Global, Module } from '@nestjs/common';
import { ChunkLedger } from '../ledger/chunk-ledger.js';
import { CommandLedger } from '../ledger/command-ledger.js';
import { Lease } from '../ledger/lease.js';
import { RunHistory } from '../ledger/run-history.js';
import { RunLedger } from '../ledger/run-ledger.js';
import { RunQueue } from '../ledger/run-queue.js';
import { ServiceLedger } from '../ledger/service-ledger.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { ChunkRunner } from '../worker/execution/chunk-runner.js';
import { TaskRunner } from '../worker/execution/task-runner.js';
import { TaskRegistry } from '../worker/registry/task-registry.js';
import { TaskEngine } from '../worker/task-engine.js';
import { LocalEngine } from './local.engine.js';
import { ReplicaEngine } from './replica.engine.js';

@Global()
@Module({
  providers: [
    {
      provide: TaskEngine,
      inject: [
        ...[RunLedger, TaskRegistry, TaskRunner, WorkerEvents],
        ...[
          RunQueue,
          Lease,
          CommandLedger,
          ServiceLedger,
          RunHistory,
          { token: ChunkLedger, optional: true },
          ChunkRunner,
        ],
      ],
      useFactory: (
        ledger: RunLedger,
        registry: TaskRegistry,
        runner: TaskRunner,
        events: WorkerEvents,
        queue: RunQueue | null,
        lease: Lease,
        commands: CommandLedger,
        services: ServiceLedger,
        history: RunHistory,
        chunks: ChunkLedger | null | undefined,
        chunkRunner: ChunkRunner,
      ): TaskEngine =>
        queue
          ? new ReplicaEngine({
              ...{ ledger, registry, runner, events, queue, lease, commands, services, history },
              sharing: chunks && { chunks, chunkRunner },
            })
          : new LocalEngine(ledger, registry, runner, events),
    },
  ],
  exports: [TaskEngine],
})
export class EnginesModule {}
