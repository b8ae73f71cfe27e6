import { Test } from '@nestjs/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '../config/load-settings.js';
import { workerConfig } from '../config/worker.config.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { Clock } from '../time/clock.js';
import { LedgerConnection } from '../ledger/ledger-connection.js';
import type { RegisteredTask } from '../worker/registry/registered-task.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { RunHistory } from '../ledger/run-history.js';
import { type ClaimedRun, type RunClaim, RunLedger } from '../ledger/run-ledger.js';
import { TaskRegistry } from '../worker/registry/task-registry.js';
import { TaskRunner } from '../worker/execution/task-runner.js';
import { FakeRunLedger } from '../ledger/testing/run-ledger.fake.js';
import { silentLogger } from '../worker/testing/task-context.fake.js';
import { LocalEngine } from './local.engine.js';
import { describeTaskEngine, type EngineProcess, SteeredTask } from './testing/task-engine.conformance.js';
import { Global, Module } from '@nestjs/common';

async function openProcess(databasePath: string, tasks: readonly SteeredTask[]): Promise<EngineProcess> {
  const settings = loadSettings({ DATA_API_URL: 'http://127.0.0.1', DATABASE_URL: `sqlite:${databasePath}` });

  @Global()
  @Module({
    providers: [Clock, { provide: workerConfig.KEY, useValue: settings }],
    exports: [Clock, workerConfig.KEY],
  })
  class Surroundings {}

  const module = await Test.createTestingModule({ imports: [Surroundings, LedgerModule] })
    .setLogger(silentLogger)
    .compile();
  const connection = module.get(LedgerConnection);
  await connection.open('service');
  const ledger = module.get(RunLedger);
  const engine = new LocalEngine(ledger, registryOf(tasks), new TaskRunner(ledger, new WorkerEvents()));
  return {
    engine,
    history: module.get(RunHistory),
    crash: async () => {
      await connection.close();
      // Of what it does from now on nothing is recorded; it only lets go of its timers.
      void engine.drain(0);
    },
    close: () => connection.close(),
  };
}

function registryOf(tasks: readonly SteeredTask[]): TaskRegistry {
  const registered = tasks.map((task): RegisteredTask => ({
    task,
    ...task,
    schedule: null,
    timeout: 60_000,
    overlap: task.overlap,
  }));
  return {
    all: () => registered,
    find: (name: string) => registered.find((task) => task.name === name),
  } as unknown as TaskRegistry;
}

const folders: string[] = [];

describeTaskEngine('LocalEngine', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'engine-'));
  folders.push(folder);
  return { open: (tasks) => openProcess(join(folder, 'worker.db'), tasks) };
});

/** Records claims when it is told to, as one that waits for a lock. */
class HesitantLedger extends FakeRunLedger {
  readonly lock = Promise.withResolvers<void>();

  override async claim(claims: readonly RunClaim[]): Promise<readonly (ClaimedRun | null)[]> {
    await this.lock.promise;
    return super.claim(claims);
  }
}

describe('LocalEngine', () => {
  it('executes nothing that is recorded only after a drain has given up', async () => {
    const ledger = new HesitantLedger();
    const task = new SteeredTask('some_task');
    const engine = new LocalEngine(ledger, registryOf([task]), new TaskRunner(ledger, new WorkerEvents()));
    await engine.start();
    const submitted = engine.submit([{ task: task.name, trigger: 'manual', slot: null, at: null, overlap: 'skip' }]);
    await engine.drain(0);
    ledger.lock.resolve();
    const [submission] = await submitted;
    expect(await submission?.finished).toMatchObject({ status: 'interrupted', reason: 'shutdown' });
    expect(task.contexts).toHaveLength(0);
  });
});

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});
