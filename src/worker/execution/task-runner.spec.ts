import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { BaseTask } from '../authoring/base.task.js';
import { RunCancelledError, RunInterruptedError, WorkerError } from '../../runs/errors.js';
import type { RegisteredTask } from '../registry/registered-task.js';
import { RunAbort } from './run-abort.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { currentRunScope } from './run-scope.js';
import type { TaskContext } from '../authoring/task-context.js';
import { TaskRunner } from './task-runner.js';
import { FakeRunLedger } from '../../ledger/testing/run-ledger.fake.js';
import { anExecution } from '../testing/task-context.fake.js';

class SomeTask extends BaseTask {
  readonly name = 'some_task';
  override readonly retry = { attempts: 7 };

  constructor(private readonly work: (context: TaskContext) => unknown) {
    super();
  }

  async execute(context: TaskContext): Promise<unknown> {
    return this.work(context);
  }
}

function aRunner() {
  const ledger = new FakeRunLedger();
  const events = new WorkerEvents();
  const abort = new RunAbort();
  const abandoned = new AbortController();
  const runner = new TaskRunner(ledger, events);
  const run = (work: (context: TaskContext) => unknown, timeout = 60_000) => {
    const task: RegisteredTask = {
      task: new SomeTask(work),
      name: 'some_task',
      schedule: null,
      timeout,
      overlap: 'skip',
      catchUp: 'latest',
    };
    const stopping = new AbortController().signal;
    return runner.run(task, anExecution(), { abort, stopping, abandoned: abandoned.signal });
  };
  return { run, ledger, events, abort, abandoned };
}

const never = () => new Promise<never>(() => {});

describe('A run', () => {
  beforeEach(() => {
    Logger.overrideLogger(false);
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
    Logger.overrideLogger(['log', 'warn', 'error']);
  });

  it('succeeds with what the task returns', async () => {
    const { run, ledger, abort } = aRunner();
    expect(await run(() => ({ deletedCount: 3 }))).toMatchObject({ status: 'succeeded', result: { deletedCount: 3 } });
    expect(ledger.finished).toHaveLength(1);
    jest.advanceTimersByTime(60_000);
    expect(abort.reason).toBeUndefined();
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
