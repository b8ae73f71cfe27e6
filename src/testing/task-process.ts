import type { Provider, Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { loadSettings } from '../config/load-settings.js';
import { workerConfig } from '../config/worker.config.js';
import { EnginesModule } from '../engines/engines.module.js';
import { CommandLedger } from '../ledger/command-ledger.js';
import { ItemLedger } from '../ledger/item-ledger.js';
import { Lease, UnsharedLease } from '../ledger/lease.js';
import { LedgerConnection } from '../ledger/ledger-connection.js';
import { RunHistory } from '../ledger/run-history.js';
import { RunLedger } from '../ledger/run-ledger.js';
import { RunQueue } from '../ledger/run-queue.js';
import { ScheduleLedger } from '../ledger/schedule-ledger.js';
import { ServiceLedger } from '../ledger/service-ledger.js';
import type { MemoryLedger } from '../ledger/testing/memory/memory-ledger.js';
import type { Run } from '../runs/run.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { Clock } from '../time/clock.js';
import type { BaseTask } from '../worker/authoring/base.task.js';
import { BatchTask } from '../worker/authoring/batch.task.js';
import { readScheduleDeclarations } from '../worker/registry/schedule-metadata.js';
import { TaskRegistry } from '../worker/registry/task-registry.js';
import { TaskEngine } from '../worker/task-engine.js';
import { silentLogger } from '../worker/testing/task-context.fake.js';
import { WorkerModule } from '../worker/worker.module.js';

/** What a task talks to is among the providers: it needs no address. */
const NO_APIS = { registered: new Set<string>(), injected: new Set<string>() };

const OPENED: LedgerConnection = {
  open: async () => {},
  close: async () => {},
  check: async () => ({ writable: true, problem: null }),
  clockOffsetMs: async () => null,
};

export interface ProcessParts {
  readonly task: Type<BaseTask>;
  readonly providers: readonly Provider[];
  readonly settings: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly ledger: MemoryLedger;
  readonly runs: RunLedger;
}

/** A worker that executes one task, with a ledger in memory. */
export class TaskProcess {
  private constructor(
    private readonly module: TestingModule,
    readonly task: BaseTask,
    private readonly ledger: MemoryLedger,
  ) {}

  /** Rejects with a `ConfigurationError` when the worker would not start with the task. */
  static async start({ task, providers, settings, clock, ledger, runs }: ProcessParts): Promise<TaskProcess> {
    const environment = { DATA_API_URL: 'http://127.0.0.1', ...settings };
    const surroundings = [
      { provide: workerConfig.KEY, useValue: loadSettings(environment, undefined, NO_APIS) },
      { provide: LedgerConnection, useValue: OPENED },
      { provide: Lease, useValue: new UnsharedLease() },
      { provide: RunQueue, useFactory: () => null },
      { provide: RunLedger, useValue: runs },
      { provide: RunHistory, useValue: ledger.history },
      { provide: ItemLedger, useValue: ledger.items },
      { provide: ScheduleLedger, useValue: ledger.schedules },
      { provide: CommandLedger, useValue: ledger.commands },
      { provide: ServiceLedger, useValue: ledger.services },
    ];
    class SpecModule {}
    const spec = { module: SpecModule, global: true, providers: surroundings, exports: surroundings };
    const module = await Test.createTestingModule({
      imports: [spec, WorkerModule, EnginesModule],
      providers: [task, ...providers],
    })
      .overrideProvider(Clock)
      .useValue(clock)
      .setLogger(silentLogger)
      .compile();
    const authored = module.get<BaseTask>(task);
    leaveOutCauses(module, authored);
    module.get(TaskRegistry).load();
    return new TaskProcess(module, authored, ledger);
  }

  get engine(): TaskEngine {
    return this.module.get(TaskEngine);
  }

  /** Takes over what a process before this one has left, and resolves with its end. */
  async resume(): Promise<Run> {
    const { promise, resolve } = Promise.withResolvers<Run>();
    this.module.get(WorkerEvents).on('run.finished', ({ run }) => resolve(run));
    await this.engine.start();
    return promise;
  }

  /** Resolves with the runs that others have caused, oldest first, once all have ended. */
  async followers(): Promise<readonly Run[]> {
    const { history } = this.ledger;
    const events = this.module.get(WorkerEvents);
    for (;;) {
      const end = Promise.withResolvers<void>();
      const unsubscribe = events.on('run.finished', () => end.resolve());
      const going = await history.list({ statuses: ['queued', 'running'], limit: 1 });
      if (going.length > 0) await end.promise;
      unsubscribe();
      if (going.length === 0) return (await history.list({ triggers: ['after'], limit: 100 })).toReversed();
    }
  }

  async end(): Promise<void> {
    await this.engine.drain(0);
    await this.module.close();
  }
}

/** What a task runs after need not be there for a run of it. */
function leaveOutCauses(module: TestingModule, task: BaseTask): void {
  if (task.after.length === 0) return;
  const after = task.after.filter((cause) => isProvided(module, cause));
  const method = task instanceof BatchTask ? task.processItem : task.execute;
  const manualOnly = after.length === 0 && readScheduleDeclarations(method).length === 0;
  Object.defineProperties(task, { after: { value: after }, manualOnly: { value: manualOnly } });
}

function isProvided(module: TestingModule, task: Type<BaseTask>): boolean {
  try {
    return module.get(task, { strict: false }) !== undefined;
  } catch {
    return false;
  }
}
