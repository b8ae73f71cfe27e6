import type { Provider, Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { loadSettings } from '../../config/load-settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { EnginesModule } from '../../engines/engines.module.js';
import { CommandLedger } from '../../ledger/command-ledger.js';
import { ItemLedger } from '../../ledger/item-ledger.js';
import { LedgerConnection } from '../../ledger/ledger-connection.js';
import { RunHistory } from '../../ledger/run-history.js';
import { type ItemFailure, RunLedger } from '../../ledger/run-ledger.js';
import { ScheduleLedger } from '../../ledger/schedule-ledger.js';
import { ServiceLedger } from '../../ledger/service-ledger.js';
import { MemoryLedger } from '../../ledger/testing/memory/memory-ledger.js';
import type { Run } from '../../runs/run.js';
import { Clock } from '../../time/clock.js';
import type { BaseTask } from '../authoring/base.task.js';
import { paramsFromTexts } from '../registry/run-params.js';
import { TaskRegistry } from '../registry/task-registry.js';
import { TaskEngine } from '../task-engine.js';
import { WorkerModule } from '../worker.module.js';
import { silentLogger } from './task-context.fake.js';

export interface TaskTest {
  /** The reference instant. Default 2026-11-23T12:00:00Z, which is also what the clock shows. */
  readonly at?: Date;
  /** Default: a manual run, without a slot. */
  readonly slot?: Date;
  /** What the run is given by hand, as `--param` gives it. */
  readonly params?: Readonly<Record<string, string>>;
  /** Holds back every request that would change something: `run.result` lists them. */
  readonly dryRun?: boolean;
  /** Environment variables, such as `TASK_<NAME>_TIMEOUT`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface TaskTestResult {
  readonly run: Run;
  readonly failedItems: readonly ItemFailure[];
}

/** What a task talks to is among the providers: it needs no address. */
const NO_APIS = { registered: new Set<string>(), injected: new Set<string>() };

/**
 * Runs a task once, as the worker would: found by its decorator, executed by the engine, recorded
 * in memory. `providers` take the place of what it talks to. Rejects with a `ConfigurationError`
 * when the worker would not start with the task.
 */
export async function runTask(
  task: Type<BaseTask>,
  providers: Provider[],
  { at = new Date('2026-11-23T12:00:00.000Z'), slot, params = {}, dryRun = false, settings = {} }: TaskTest = {},
): Promise<TaskTestResult> {
  const clock: Clock = { now: () => at };
  const { runs, history, items, schedules, commands, services } = new MemoryLedger(clock);
  const opened: LedgerConnection = {
    open: async () => {},
    close: async () => {},
    check: async () => ({ writable: true, problem: null }),
  };
  const environment = { DATA_API_URL: 'http://127.0.0.1', ...settings };
  const surroundings = [
    { provide: workerConfig.KEY, useValue: loadSettings(environment, undefined, NO_APIS) },
    { provide: LedgerConnection, useValue: opened },
    { provide: RunLedger, useValue: runs },
    { provide: RunHistory, useValue: history },
    { provide: ItemLedger, useValue: items },
    { provide: ScheduleLedger, useValue: schedules },
    { provide: CommandLedger, useValue: commands },
    { provide: ServiceLedger, useValue: services },
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
  module.get(TaskRegistry).load();
  const authored = module.get<BaseTask>(task);
  const { name, overlap } = authored;
  const engine = module.get(TaskEngine);
  await engine.start();
  try {
    const trigger = slot ? 'schedule' : 'manual';
    const given = { params: paramsFromTexts(authored, new Map(Object.entries(params))), dryRun };
    const [submission] = await engine.submit([{ task: name, trigger, slot: slot ?? null, at, overlap, ...given }]);
    if (!submission) throw new TypeError(`The run of ${name} was not claimed`);
    const run = await submission.finished;
    return { run, failedItems: await history.failedItems(run.id) };
  } finally {
    await engine.drain(0);
    await module.close();
  }
}
