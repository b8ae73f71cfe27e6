import { jest } from '@jest/globals';
import { BaseTask } from '../authoring/base.task.js';
import { RunCancelledError, RunInterruptedError, RunLostError, WorkerError } from '../../runs/errors.js';
import type { RegisteredTask } from '../registry/registered-task.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { currentRunScope } from './run-scope.js';
import type { BatchContext } from '../batch/batch-context.js';
import type { TaskContext } from '../authoring/task-context.js';
import { TaskRunner } from './task-runner.js';
import { FakeRunLedger } from '../../ledger/testing/run-ledger.fake.js';
import { anExecution } from '../testing/task-context.fake.js';
import { NOTHING_USUAL } from '../testing/usual-runs.fake.js';

class SomeTask extends BaseTask {
  readonly name = 'some_task';
  override readonly retry = { attempts: 7 };

  constructor(private readonly work: (context: BatchContext) => unknown) {
    super();
  }

  async execute(context: TaskContext): Promise<unknown> {
    // What a batch task is handed.
    return this.work(context as BatchContext);
  }
}

function aRunner() {
  const ledger = new FakeRunLedger();
  const events = new WorkerEvents();
  const abort = new AbortController();
  const abandoned = new AbortController();
  const runner = new TaskRunner(ledger, events, NOTHING_USUAL);
  const run = (work: (context: BatchContext) => unknown, timeout = 60_000, only: string[] | null = null) => {
    const task: RegisteredTask = {
      task: new SomeTask(work),
      name: 'some_task',
      schedule: null,
      delay: 0,
      concurrency: Infinity,
      ownSettings: [],
      timeout,
      manualOnly: true,
      overlap: 'skip',
      catchUp: 'latest',
    };
    const stopping = new AbortController().signal;
    return runner.run(task, anExecution(undefined, { only }), { abort, stopping, abandoned: abandoned.signal });
  };
  return { run, ledger, events, abort, abandoned };
}

const never = () => new Promise<never>(() => {});

describe('A run', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('succeeds with what the task returns', async () => {
    const { run, ledger, abort } = aRunner();
    expect(await run(() => ({ deletedCount: 3 }))).toMatchObject({ status: 'succeeded', result: { deletedCount: 3 } });
    expect(ledger.finished).toHaveLength(1);
    jest.advanceTimersByTime(60_000);
    expect(abort.signal.aborted).toBe(false);
  });

  it.each([
    [['o1'], 0, '1 item had left the list'],
    [['o1', 'o2'], 0, '2 items had left the list'],
    [['o1', 'o2', 'o3'], 1, '2 of 3 items had left the list'],
    [['o1', 'o2'], 2, null],
    [null, 0, null],
  ])('for %j alone, of which it found %i, gives as its reason: %s', async (only, total, reason) => {
    const items = { total, succeeded: total, failed: 0, skipped: 0 };
    const recorded = await aRunner().run(({ progress }) => progress(items), 60_000, only);
    expect(recorded).toMatchObject({ status: 'succeeded', items, reason });
  });

  it('fails with the name, message and code of what the task throws, also of a string', async () => {
    const { run } = aRunner();
    const refused = new WorkerError('The Data API is not there', 'UNREACHABLE');
    expect(await run(() => Promise.reject(refused))).toMatchObject({
      status: 'failed',
      error: { name: 'WorkerError', message: 'The Data API is not there', code: 'UNREACHABLE' },
    });
    const thrown = await run(() => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      throw 'nonsense';
    });
    expect(thrown).toMatchObject({ status: 'failed', error: { message: 'nonsense', code: 'ERROR' } });
  });

  it('fails with the error that a library has wrapped, so that its code is kept', async () => {
    const { run } = aRunner();
    const cause = new WorkerError('The Data API answered 401', 'UNAUTHORIZED');
    const end = await run(() => Promise.reject(new Error('Request failed with status code 401', { cause })));
    expect(end.error).toMatchObject({ message: 'The Data API answered 401', code: 'UNAUTHORIZED' });
  });

  it('says where the task threw an error of its own, and not where the worker threw one of its', async () => {
    const { run, events } = aRunner();
    const stacks: (string | undefined)[] = [];
    events.on('run.finished', ({ stack }) => stacks.push(stack));
    for (const thrown of [new TypeError('oops'), new WorkerError('explained', 'CODE')]) {
      await run(() => Promise.reject(thrown));
    }
    expect(stacks).toEqual([expect.stringContaining('task-runner.spec'), undefined]);
  });

  it('is partial when items failed', async () => {
    const { run } = aRunner();
    const end = await run(({ progress }) => progress({ total: 3, succeeded: 2, failed: 1, skipped: 0 }));
    expect(end).toMatchObject({ status: 'partial', items: { total: 3, failed: 1 } });
  });

  it('ends as timed out at its deadline, though the task never ends', async () => {
    const { run, ledger } = aRunner();
    const end = run(never, 5_000);
    await jest.advanceTimersByTimeAsync(4_999);
    expect(ledger.finished).toEqual([]);
    await jest.advanceTimersByTimeAsync(500);
    expect(await end).toMatchObject({ status: 'timed_out', error: { code: 'TIMED_OUT' } });
  });

  it('is not changed by a task that comes back, or throws, after the end', async () => {
    const { run, ledger } = aRunner();
    const late = Promise.withResolvers<unknown>();
    const end = run(() => late.promise, 1_000);
    await jest.advanceTimersByTimeAsync(2_000);
    await end;
    late.reject(new Error('too late'));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(ledger.finished.map(({ outcome }) => outcome.status)).toEqual(['timed_out']);
  });

  it('keeps the counts of a task that listens to its signal', async () => {
    const { run } = aRunner();
    const end = run(({ signal, progress }) => {
      const stopped = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => {
        progress({ total: 9, succeeded: 9, failed: 0, skipped: 0 });
        stopped.reject(signal.reason);
      });
      return stopped.promise;
    }, 1_000);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await end).toMatchObject({ status: 'timed_out', items: { total: 9 } });
  });

  it('is cancelled or interrupted by its reason', async () => {
    for (const [reason, status] of [
      [new RunCancelledError('by hand'), 'cancelled'],
      [new RunInterruptedError('shutdown'), 'interrupted'],
    ] as const) {
      const { run, abort } = aRunner();
      const end = run(never);
      abort.abort(reason);
      await jest.advanceTimersByTimeAsync(250);
      expect(await end).toMatchObject({ status, reason: reason.reason, error: null });
    }
  });

  it('ends when its task brings that about before it first waits', async () => {
    const { run, abort } = aRunner();
    const end = run(() => {
      abort.abort(new RunCancelledError('by itself'));
      return never();
    });
    await jest.advanceTimersByTimeAsync(250);
    expect(await end).toMatchObject({ status: 'cancelled', reason: 'by itself' });
  });

  it('does not call the task when it was told to end before it began', async () => {
    const { run, abort } = aRunner();
    abort.abort(new RunInterruptedError('shutdown'));
    const work = jest.fn();
    expect(await run(work)).toMatchObject({ status: 'interrupted' });
    expect(work).not.toHaveBeenCalled();
  });

  it('lets whatever it calls know of it', async () => {
    const { run } = aRunner();
    const end = await run(async () => {
      await Promise.resolve();
      const { task, retry, attempt } = currentRunScope() ?? {};
      return { task, retry, attempt };
    });
    expect(end.result).toEqual({ task: 'some_task', retry: { attempts: 7 }, attempt: 1 });
    expect(currentRunScope()).toBeUndefined();
  });

  it('waits for a ledger that does not record, and loses nothing', async () => {
    const { run, ledger } = aRunner();
    ledger.refusals = 3;
    const end = run(() => 'done');
    await jest.advanceTimersByTimeAsync(2_900);
    expect(ledger.finished).toEqual([]);
    await jest.advanceTimersByTimeAsync(200);
    expect(await end).toMatchObject({ status: 'succeeded', result: 'done' });
  });

  it('tells once that it waits for the ledger', async () => {
    const { run, ledger, events } = aRunner();
    const blocked = jest.fn();
    events.on('run.blocked', blocked);
    ledger.refusals = 3;
    const end = run(() => 'done');
    await jest.advanceTimersByTimeAsync(3_000);
    await end;
    expect(blocked.mock.calls).toMatchObject([[{ run: { task: 'some_task' }, error: { message: 'disk full' } }]]);
  });

  it('ends as failed when its end cannot be recorded as it is, through no fault of the disk', async () => {
    const { run, ledger } = aRunner();
    const finish = jest.spyOn(ledger, 'finish');
    finish.mockRejectedValueOnce(new RangeError('too large for a column'));
    const end = await run(({ progress }) => progress({ total: 1, succeeded: 1, failed: 0, skipped: 0 }));
    expect(end).toMatchObject({ status: 'failed', error: { name: 'RangeError', message: 'too large for a column' } });
    expect(finish).toHaveBeenCalledTimes(2);
  });

  it('ends when a checkpoint cannot be recorded, through no fault of the disk', async () => {
    const { run, ledger } = aRunner();
    jest.spyOn(ledger, 'checkpoint').mockRejectedValueOnce(new RangeError('too large for a column'));
    const nothing = { pending: [], unconfirmed: [] };
    const end = await run(({ recorder, signal }) => recorder.checkpoint(nothing, signal));
    expect(end).toMatchObject({ status: 'failed', error: { message: 'too large for a column' } });
  });

  it('is aborted and not recorded when another process turns out to have it', async () => {
    const { run, ledger, abort } = aRunner();
    const lost = new RunLostError('run-1');
    jest.spyOn(ledger, 'checkpoint').mockRejectedValueOnce(lost);
    const nothing = { pending: [], unconfirmed: [] };
    const end = run(({ recorder, signal }) => recorder.checkpoint(nothing, signal).catch(() => 'goes on regardless'));
    await expect(end).rejects.toBe(lost);
    expect(abort.signal.reason).toBe(lost);
    expect(ledger.finished).toEqual([]);
  });

  it('is told of: its start before anything of its own, its end after the record', async () => {
    const { run, ledger, events } = aRunner();
    const told: unknown[] = [];
    events.on('run.started', ({ run, at }) => told.push('started', run.task, at, currentRunScope()?.task));
    events.on('run.progressed', ({ items }) => told.push(items.total));
    events.on('run.finished', ({ run, status }) =>
      told.push('finished', status, run.status, ledger.finished.length, currentRunScope()?.task),
    );
    const at = new Date('2026-11-23T12:00:00.000Z');
    await run(({ progress }) => progress({ total: 3, succeeded: 3, failed: 0, skipped: 0 }));
    expect(told).toEqual([
      'started',
      'some_task',
      at,
      'some_task',
      3,
      'finished',
      'succeeded',
      'succeeded',
      1,
      'some_task',
    ]);
  });

  it('is told of when its task ignores its signal, and when that task settles at last', async () => {
    const { run, events } = aRunner();
    const told: string[] = [];
    for (const name of ['run.signal_ignored', 'run.finished', 'run.settled_late'] as const) {
      events.on(name, () => told.push(name));
    }
    const late = Promise.withResolvers<void>();
    const end = run(() => late.promise, 1_000);
    await jest.advanceTimersByTimeAsync(1_250);
    await end;
    late.resolve();
    await jest.advanceTimersByTimeAsync(0);
    expect(told).toEqual(['run.signal_ignored', 'run.finished', 'run.settled_late']);
  });

  it('keeps the process alive until its deadline, and no longer than it lasts', async () => {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    const { run } = aRunner();
    const work = Promise.withResolvers<void>();
    const end = run(() => work.promise);
    expect((timers.mock.results[0]?.value as NodeJS.Timeout).hasRef()).toBe(true);
    work.resolve();
    await end;
    expect(jest.getTimerCount()).toBe(0);
    timers.mockRestore();
  });

  it('gives up recording only when the process ends', async () => {
    const { run, ledger, abandoned } = aRunner();
    ledger.refusals = Infinity;
    const end = run(() => 'done');
    const rejection = expect(end).rejects.toThrow('The run was interrupted: shutdown');
    await jest.advanceTimersByTimeAsync(60_000);
    abandoned.abort(new RunInterruptedError('shutdown'));
    await rejection;
  });
});
