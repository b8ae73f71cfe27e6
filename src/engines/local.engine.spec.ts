import { Test } from '@nestjs/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '../config/load-settings.js';
import { workerConfig } from '../config/worker.config.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { Clock } from '../time/clock.js';
import { CommandLedger } from '../ledger/command-ledger.js';
import { LedgerConnection } from '../ledger/ledger-connection.js';
import type { RegisteredTask } from '../worker/registry/registered-task.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { RunLostError } from '../runs/errors.js';
import type { Run } from '../runs/run.js';
import { RunHistory } from '../ledger/run-history.js';
import { type ClaimAnswer, type RunClaim, RunLedger } from '../ledger/run-ledger.js';
import { TaskRegistry } from '../worker/registry/task-registry.js';
import { TaskRunner } from '../worker/execution/task-runner.js';
import { MemoryLedger } from '../ledger/testing/memory/memory-ledger.js';
import { FakeRunLedger } from '../ledger/testing/run-ledger.fake.js';
import { silentLogger } from '../worker/testing/task-context.fake.js';
import { LocalEngine } from './local.engine.js';
import { describeTaskEngine, type EngineProcess, SteeredTask } from './testing/task-engine.conformance.js';
import { Global, Module } from '@nestjs/common';
import { NOTHING_USUAL } from '../worker/testing/usual-runs.fake.js';

async function openProcess(databasePath: string, tasks: readonly SteeredTask[]): Promise<EngineProcess> {
  const settings = loadSettings({ DATA_API_URL: 'http://127.0.0.1', DATABASE_URL: `sqlite:${databasePath}` });

  @Global()
  @Module({
    providers: [Clock, WorkerEvents, { provide: workerConfig.KEY, useValue: settings }],
    exports: [Clock, WorkerEvents, workerConfig.KEY],
  })
  class Surroundings {}

  const module = await Test.createTestingModule({ imports: [Surroundings, LedgerModule] })
    .setLogger(silentLogger)
    .compile();
  const connection = module.get(LedgerConnection);
  await connection.open('service');
  const ledger = module.get(RunLedger);
  const events = module.get(WorkerEvents);
  const engine = new LocalEngine(ledger, registryOf(tasks), new TaskRunner(ledger, events, NOTHING_USUAL), events);
  return {
    engine,
    events,
    history: module.get(RunHistory),
    commands: module.get(CommandLedger),
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
    delay: 0,
    concurrency: Infinity,
    ownSettings: [],
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

/** Records claims when it is told to, as one that waits for a lock; fails with the given error. */
class ObstinateLedger extends FakeRunLedger {
  lock = Promise.withResolvers<void>();
  failure: Error | undefined;

  override async claim(claims: readonly RunClaim[]): Promise<readonly ClaimAnswer[]> {
    await this.lock.promise;
    return super.claim(claims);
  }

  override async checkpoint(...parameters: Parameters<FakeRunLedger['checkpoint']>): Promise<void> {
    if (this.failure) throw this.failure;
    return super.checkpoint(...parameters);
  }

  override async finish(...parameters: Parameters<FakeRunLedger['finish']>): Promise<Run> {
    if (this.failure) throw this.failure;
    return super.finish(...parameters);
  }
}

describe('LocalEngine', () => {
  let ledger: ObstinateLedger;
  let events: WorkerEvents;
  let task: SteeredTask;
  let engine: LocalEngine;
  const told: [string, unknown][] = [];
  const submit = () =>
    engine.submit([{ task: task.name, trigger: 'manual', slot: null, at: null, overlap: 'skip' }] as const);

  beforeEach(async () => {
    ledger = new ObstinateLedger();
    events = new WorkerEvents();
    task = new SteeredTask('some_task');
    engine = new LocalEngine(ledger, registryOf([task]), new TaskRunner(ledger, events, NOTHING_USUAL), events);
    told.length = 0;
    for (const name of ['slot.rejected', 'run.lost', 'run.unrecorded', 'run.finished'] as const) {
      events.on(name, (event) => told.push([name, event]));
    }
    await engine.start();
  });
  afterEach(() => engine.drain(0));

  it('executes nothing that is recorded only after a drain has given up', async () => {
    const submitted = submit();
    await engine.drain(0);
    ledger.lock.resolve();
    const [submission] = await submitted;
    expect(await submission?.finished).toMatchObject({ status: 'interrupted', reason: 'shutdown' });
    expect(task.contexts).toHaveLength(0);
  });

  it('tells of a claim that no ledger can hold, and executes the others', async () => {
    const { runs } = new MemoryLedger();
    const recording = new LocalEngine(runs, registryOf([task]), new TaskRunner(runs, events, NOTHING_USUAL), events);
    await recording.start();
    const sound = { task: task.name, trigger: 'manual', slot: null, at: null, overlap: 'skip' } as const;
    const [rejected, accepted] = await recording.submit([{ ...sound, slot: new Date(Number.NaN) }, sound]);
    expect(rejected).toBeNull();
    expect(told).toEqual([
      ['slot.rejected', { task: task.name, error: expect.objectContaining({ code: 'CLAIM_INVALID' }) }],
    ]);
    await task.whenBegun(1);
    task.succeed();
    expect(await accepted?.finished).toMatchObject({ status: 'succeeded' });
    await recording.drain(0);
  });

  it('aborts a run that another process has, and records nothing more of it', async () => {
    ledger.lock.resolve();
    const [submission] = await submit();
    const run = submission?.run as Run;
    await task.whenBegun(1);
    const [context] = task.contexts;
    ledger.failure = new RunLostError(run.id);
    await context?.recorder.checkpoint({ pending: [], unconfirmed: [] }, context.signal).catch(() => undefined);
    expect(context?.signal.reason).toBe(ledger.failure);
    ledger.failure = undefined;
    expect(await submission?.finished).toMatchObject({ status: 'interrupted', reason: 'lost' });
    expect(told).toEqual([['run.lost', { run }]]);
    expect(ledger.finished).toEqual([]);
    expect(engine.isActive(task.name)).toBe(false);
  });

  it('learns at the end of a run that another process has it', async () => {
    ledger.lock.resolve();
    const [submission] = await submit();
    const run = submission?.run as Run;
    ledger.failure = new RunLostError(run.id);
    task.succeed();
    expect(await submission?.finished).toMatchObject({ status: 'interrupted', reason: 'lost' });
    expect(told).toEqual([['run.lost', { run }]]);
  });

  it('ends a run whose end cannot be recorded at all, and tells', async () => {
    ledger.lock.resolve();
    const [submission] = await submit();
    ledger.failure = new TypeError('a bug in the ledger');
    task.succeed();
    expect(await submission?.finished).toMatchObject({ status: 'interrupted', reason: 'not recorded' });
    expect(told).toEqual([['run.unrecorded', { run: submission?.run, error: ledger.failure }]]);
    expect(engine.isActive(task.name)).toBe(false);
  });
});

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});
