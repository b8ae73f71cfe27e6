import { jest } from '@jest/globals';
import { Lease } from '../ledger/lease.js';
import { RunQueue } from '../ledger/run-queue.js';
import type { RunClaim } from '../ledger/run-ledger.js';
import { MemoryLedger } from '../ledger/testing/memory/memory-ledger.js';
import { TestClock } from '../ledger/testing/test-clock.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { TaskRunner } from '../worker/execution/task-runner.js';
import type { RegisteredTask } from '../worker/registry/registered-task.js';
import type { TaskRegistry } from '../worker/registry/task-registry.js';
import { NOTHING_USUAL } from '../worker/testing/usual-runs.fake.js';
import { ReplicaEngine } from './replica.engine.js';
import { describeTaskEngine, type EngineProcess, SteeredTask } from './testing/task-engine.conformance.js';

class FakeLease extends Lease {
  isHeld = true;
  services = 1;
  private readonly listeners: (() => void)[] = [];

  get problem(): string | null {
    return this.isHeld ? null : 'cut off';
  }

  async whenHeld(): Promise<void> {}

  onLost(listener: () => void): void {
    this.listeners.push(listener);
  }

  lose(): void {
    for (const listener of this.listeners) listener();
  }
}

class FakeQueue extends RunQueue {
  bring: (runId: string) => Promise<void> = async () => undefined;

  async migrate(): Promise<void> {}

  async work(take: (runId: string) => Promise<void>): Promise<void> {
    this.bring = take;
  }

  async stop(): Promise<void> {
    this.bring = async () => undefined;
  }
}

interface Replica extends EngineProcess {
  readonly ledger: MemoryLedger;
  readonly lease: FakeLease;
  readonly queue: FakeQueue;
}

const running: Replica[] = [];

async function openReplica(ledger: MemoryLedger, tasks: readonly SteeredTask[]): Promise<Replica> {
  const events = new WorkerEvents();
  const lease = new FakeLease();
  const queue = new FakeQueue();
  const { runs, commands, services, history } = ledger;
  const runner = new TaskRunner(runs, events, NOTHING_USUAL);
  const registry = registryOf(tasks);
  const engine = new ReplicaEngine({
    ledger: runs,
    commands,
    services,
    history,
    lease,
    queue,
    registry,
    runner,
    events,
  });
  const announced = tasks.map(({ name }) => ({ name, schedule: null, timezone: null, timeout: 1, manualOnly: false }));
  await services.announce({ url: 'http://127.0.0.1', tasks: announced });
  const replica = {
    ...{ engine, events, history, commands, ledger, lease, queue },
    crash: async () => {
      ledger.end();
      void engine.drain(0);
    },
    close: async () => ledger.end(),
  };
  running.push(replica);
  return replica;
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
  return { find: (name: string) => registered.find((task) => task.name === name) } as unknown as TaskRegistry;
}

describeTaskEngine('ReplicaEngine', async () => {
  let ledger: MemoryLedger | undefined;
  return {
    open: (tasks) => {
      ledger = ledger ? ledger.beside('service') : new MemoryLedger(new TestClock());
      return openReplica(ledger, tasks);
    },
  };
});

describe('ReplicaEngine', () => {
  let task: SteeredTask;
  let here: Replica;
  let there: Replica;
  const claimOf = ({ name, overlap }: SteeredTask, second = 0): RunClaim => {
    const slot = new Date(Date.UTC(2026, 10, 23, 12, 0, second));
    return { task: name, trigger: 'schedule', slot, at: slot, overlap };
  };

  beforeEach(async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    task = new SteeredTask('some_task', 'queue');
    here = await openReplica(new MemoryLedger(new TestClock()), [task]);
    there = await openReplica(here.ledger.beside('service'), [task]);
    await here.engine.start();
    await there.engine.start();
  });
  afterEach(async () => {
    const drained = Promise.all(running.splice(0).map(({ engine }) => engine.drain(0)));
    await jest.advanceTimersByTimeAsync(2_000);
    await drained;
    jest.useRealTimers();
  });

  it('takes over the run of a replica that died, at its next look', async () => {
    const [submission] = await here.engine.submit([claimOf(task)]);
    await task.whenBegun(1);
    await here.crash();
    await jest.advanceTimersByTimeAsync(1_000);
    await task.whenBegun(2);
    expect(task.contexts[1]).toMatchObject({ runId: submission?.run.id, attempt: 2 });
  });

  it('is told at once of a run that a stopping replica leaves', async () => {
    const [submission] = await here.engine.submit([claimOf(task)]);
    await task.whenBegun(1);
    const drained = here.engine.drain(0);
    await jest.advanceTimersByTimeAsync(1);
    await submission?.finished;
    await there.queue.bring(submission?.run.id ?? '');
    await task.whenBegun(2);
    expect(task.contexts[1]).toMatchObject({ attempt: 2, resume: { crashed: false } });
    await jest.advanceTimersByTimeAsync(1_000);
    await drained;
  });

  it('starts what another one has queued behind its run', async () => {
    await here.engine.submit([claimOf(task, 0)]);
    await there.engine.submit([claimOf(task, 1)]);
    task.succeed(1);
    await task.whenBegun(2);
    expect(task.contexts[1]).toMatchObject({ slot: claimOf(task, 1).slot });
  });

  it('starts a queued run that the queue brings', async () => {
    const request = { actor: { name: 'anna', role: 'operator', via: 'cli' }, address: null, reason: null } as const;
    const command = { action: 'run', task: task.name } as const;
    const { run } = await here.commands.perform({ ...request, idempotencyKey: null, command });
    await there.queue.bring(run?.id ?? '');
    await task.whenBegun(1);
    expect(there.engine.isActive(task.name)).toBe(true);
  });

  it('ignores what the queue brings of runs that have ended, and of none', async () => {
    const [submission] = await here.engine.submit([claimOf(task)]);
    task.succeed();
    await submission?.finished;
    await there.queue.bring(submission?.run.id ?? '');
    await there.queue.bring('0193a6e0-0000-7000-8000-000000000000');
    expect(task.contexts).toHaveLength(1);
  });

  it('aborts what it has in work when its lease is lost, and records nothing of it', async () => {
    const told: string[] = [];
    here.events.on('worker.lost', () => told.push('worker.lost'));
    here.events.on('run.lost', () => told.push('run.lost'));
    const [submission] = await here.engine.submit([claimOf(task)]);
    await task.whenBegun(1);
    here.lease.lose();
    expect(task.contexts[0]?.signal.aborted).toBe(true);
    expect(await submission?.finished).toMatchObject({ status: 'interrupted', reason: 'lost' });
    expect(told).toEqual(['worker.lost', 'run.lost']);
    expect(await here.history.list({ limit: 1 })).toMatchObject([{ status: 'running' }]);
  });

  it('claims and takes over nothing while its lease is not held', async () => {
    here.lease.isHeld = false;
    await expect(here.engine.submit([claimOf(task)])).rejects.toThrow('cut off');
    await expect(here.engine.startQueued([task.name])).rejects.toThrow('cut off');
    await there.engine.submit([claimOf(task)]);
    await task.whenBegun(1);
    await there.crash();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(task.contexts).toHaveLength(1);
    here.lease.isHeld = true;
    await jest.advanceTimersByTimeAsync(1_000);
    await task.whenBegun(2);
  });

  it('leaves a run of a task that it does not know to a replica that does', async () => {
    const news = new SteeredTask('new_task');
    const newer = await openReplica(here.ledger.beside('service'), [task, news]);
    await newer.engine.start();
    await newer.engine.submit([claimOf(news)]);
    await news.whenBegun(1);
    const newest = await openReplica(here.ledger.beside('service'), [task, news]);
    await newer.crash();
    await jest.advanceTimersByTimeAsync(3_000);
    expect(await here.history.list({ limit: 1 })).toMatchObject([{ task: 'new_task', status: 'interrupted' }]);
    await newest.engine.start();
    await news.whenBegun(2);
  });

  it('ends a run whose task no living replica knows', async () => {
    const news = new SteeredTask('new_task');
    const newer = await openReplica(here.ledger.beside('service'), [task, news]);
    await newer.engine.start();
    await newer.engine.submit([claimOf(news)]);
    await newer.crash();
    await jest.advanceTimersByTimeAsync(1_000);
    const end = { status: 'cancelled', reason: 'task_removed' };
    expect(await here.history.list({ limit: 1 })).toMatchObject([end]);
  });

  it('leaves a slot for a moment to replicas that are idle while it has work itself', async () => {
    const other = new SteeredTask('other_task');
    const busy = await openReplica(here.ledger.beside('service'), [task, other]);
    busy.lease.services = 3;
    await busy.engine.start();
    await busy.engine.submit([claimOf(other)]);
    const submitted = busy.engine.submit([claimOf(task)]);
    await jest.advanceTimersByTimeAsync(9);
    await here.engine.submit([claimOf(task)]);
    await jest.advanceTimersByTimeAsync(1);
    expect(await submitted).toEqual([null]);
    expect(here.engine.isActive(task.name)).toBe(true);
  });
});
