import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { BaseTask } from '../../worker/authoring/base.task.js';
import type { CommandLedger } from '../../ledger/command-ledger.js';
import type { RunHistory } from '../../ledger/run-history.js';
import type { RunClaim } from '../../ledger/run-ledger.js';
import type { Run } from '../../runs/run.js';
import type { BatchContext } from '../../worker/batch/batch-context.js';
import type { WorkerEvents } from '../../runs/worker-events.js';
import type { TaskEngine } from '../../worker/task-engine.js';

/** A task that a spec steers: each execution waits until it is told how to end. */
export class SteeredTask extends BaseTask {
  readonly contexts: BatchContext[] = [];
  private readonly ends: PromiseWithResolvers<unknown>[] = [];
  private readonly begun: (() => void)[] = [];

  constructor(
    readonly name: string,
    override readonly overlap: 'skip' | 'queue' = 'skip',
    /** As the registry would know them. */
    readonly followers: readonly string[] = [],
  ) {
    super();
  }

  execute(context: BatchContext): Promise<unknown> {
    const end = Promise.withResolvers<unknown>();
    context.signal.addEventListener('abort', () => end.reject(context.signal.reason));
    this.contexts.push(context);
    this.ends.push(end);
    for (const resolve of this.begun.splice(0)) resolve();
    return end.promise;
  }

  async whenBegun(executions: number): Promise<void> {
    while (this.contexts.length < executions) await new Promise<void>((resolve) => this.begun.push(resolve));
  }

  succeed(execution = this.ends.length, result: unknown = null): void {
    this.ends[execution - 1]?.resolve(result);
  }

  fail(error: Error): void {
    this.ends.at(-1)?.reject(error);
  }
}

/** A process with an engine over a durable ledger. Opening that ledger again is the next one. */
export interface EngineProcess {
  readonly engine: TaskEngine;
  readonly events: WorkerEvents;
  readonly history: RunHistory;
  readonly commands: CommandLedger;
  /** As after a `kill -9`: nothing more is recorded, and whatever the process held is let go. */
  crash(): Promise<void>;
  /** Closes what is open, after a drain. */
  close(): Promise<void>;
}

export interface EngineUnderTest {
  open(tasks: readonly SteeredTask[]): Promise<EngineProcess>;
}

const instant = (seconds: number) => new Date(Date.UTC(2026, 10, 23, 12, 0, seconds));
const due = (task: SteeredTask, seconds: number): RunClaim => ({
  task: task.name,
  trigger: 'schedule',
  slot: instant(seconds),
  at: instant(seconds),
  overlap: task.overlap,
});
const byHand = (task: SteeredTask): RunClaim => ({ ...due(task, 0), trigger: 'manual', slot: null, at: null });

/** What every engine has to keep, whatever it dispatches through. */
export function describeTaskEngine(name: string, setUp: () => Promise<EngineUnderTest>): void {
  describe(`${name} as a task engine`, () => {
    let underTest: EngineUnderTest;
    let process: EngineProcess;
    let task: SteeredTask;
    let queueing: SteeredTask;
    let leading: SteeredTask;
    let following: SteeredTask;

    const open = async (prepare = (_process: EngineProcess): void => {}) => {
      task = new SteeredTask('some_task');
      queueing = new SteeredTask('queueing_task', 'queue');
      leading = new SteeredTask('leading_task', 'skip', ['following_task']);
      following = new SteeredTask('following_task');
      process = await underTest.open([task, queueing, leading, following]);
      prepare(process);
      await process.engine.start();
    };
    const submit = async (...claims: RunClaim[]) => process.engine.submit(claims);
    const statuses = async (of: SteeredTask) =>
      (await process.history.list({ task: of.name, limit: 100 })).map(({ status }) => status);

    beforeEach(async () => {
      Logger.overrideLogger(false);
      underTest = await setUp();
      await open();
    });
    afterEach(async () => {
      await process.engine.drain(0);
      await process.close();
      Logger.overrideLogger(['log', 'warn', 'error']);
    });

    it('starts what follows a success, once for each', async () => {
      for (const seconds of [0, 1]) {
        const [submission] = await submit(due(leading, seconds));
        leading.succeed();
        await submission?.finished;
        await following.whenBegun(seconds + 1);
        expect(following.contexts[seconds]).toMatchObject({ trigger: 'after', at: instant(seconds) });
        const end = new Promise<void>((resolve) => {
          process.events.on('run.finished', ({ run }) => run.task === following.name && resolve());
        });
        following.succeed();
        await end;
      }
      expect(await statuses(following)).toEqual(['succeeded', 'succeeded']);
    });

    it('starts what follows a success that its process did not survive', async () => {
      const [submission] = await submit(due(leading, 0));
      await leading.whenBegun(1);
      process.events.on('run.finished', () => void process.crash());
      leading.succeed();
      await submission?.finished;
      await open();
      await following.whenBegun(1);
      expect(await statuses(leading)).toEqual(['succeeded']);
      expect(await statuses(following)).toEqual(['running']);
    });

    it('executes a slot, and records its end before it says so', async () => {
      const [submission] = await submit(due(task, 0));
      await task.whenBegun(1);
      expect(submission?.run).toMatchObject({ status: 'running', slot: instant(0), attempt: 1 });
      task.succeed(1, { done: 3 });
      expect(await submission?.finished).toMatchObject({ status: 'succeeded', result: { done: 3 } });
      expect(await process.history.find(submission?.run.id ?? '')).toMatchObject({ status: 'succeeded' });
    });

    it('begins what is to be delayed at its time, and not before', async () => {
      const slot = new Date(Date.now() + 60);
      const [submission] = await process.engine.submit([{ ...due(task, 0), slot, at: slot }], { delayMs: 60 });
      await task.whenBegun(1);
      expect(Date.now()).toBeGreaterThanOrEqual(slot.getTime() - 1);
      expect(process.engine.isActive(task.name)).toBe(true);
      task.succeed();
      const run = await submission?.finished;
      expect(run?.startedAt?.getTime()).toBeGreaterThanOrEqual(slot.getTime());
      expect(process.engine.isActive(task.name)).toBe(false);
    });

    it('leaves to the next process what is to be delayed when a drain comes first', async () => {
      const slot = new Date(Date.now() + 60);
      const submitted = process.engine.submit([{ ...due(task, 0), slot, at: slot }], { delayMs: 60 });
      await process.engine.drain(1_000);
      const [submission] = await submitted;
      expect(await submission?.finished).toMatchObject({ status: 'interrupted', reason: 'shutdown' });
      expect(task.contexts).toHaveLength(0);
      await process.close();
      await open();
      await task.whenBegun(1);
      expect(task.contexts[0]).toMatchObject({ slot, at: slot, attempt: 2 });
    });

    it('runs no slot twice', async () => {
      const [first] = await submit(due(task, 0));
      task.succeed();
      await first?.finished;
      expect(await submit(due(task, 0))).toEqual([null]);
      expect(task.contexts).toHaveLength(1);
    });

    it('records a slot that finds its task active as skipped, and tells', async () => {
      const told: Run[] = [];
      process.events.on('slot.skipped', ({ run }) => told.push(run));
      await submit(due(task, 0));
      const [second] = await submit(due(task, 1));
      expect(told).toEqual([second?.run]);
      expect(second?.run).toMatchObject({ status: 'skipped', reason: 'overlap' });
      expect(await second?.finished).toEqual(second?.run);
    });

    it('lets a slot of a task that queues wait for its turn', async () => {
      const [first] = await submit(due(queueing, 0));
      const [second] = await submit(due(queueing, 1));
      expect(second?.run.status).toBe('queued');
      queueing.succeed(1);
      await first?.finished;
      await queueing.whenBegun(2);
      // Late: its reference instant is the moment it started, no more the slot.
      expect(queueing.contexts[1]?.at).not.toEqual(instant(1));
      queueing.succeed(2);
      expect(await second?.finished).toMatchObject({ status: 'succeeded', slot: instant(1) });
    });

    it('works through caught up slots one after the other, in their order', async () => {
      const claims = [1, 2, 3].map((seconds) => ({ ...due(task, seconds), trigger: 'catch_up' as const, at: null }));
      const submissions = await submit(...claims);
      for (const execution of [1, 2, 3]) {
        await task.whenBegun(execution);
        expect(task.contexts).toHaveLength(execution);
        task.succeed(execution);
        expect(await submissions[execution - 1]?.finished).toMatchObject({
          status: 'succeeded',
          slot: instant(execution),
        });
      }
    });

    it('records what is only to be recorded, tells, and runs nothing for it', async () => {
      const told: Run[] = [];
      process.events.on('slot.missed', ({ run }) => told.push(run));
      const record = { status: 'missed', reason: null } as const;
      const [submission] = await submit({ ...due(task, 0), trigger: 'catch_up', record });
      expect(await submission?.finished).toMatchObject({ status: 'missed', startedAt: null });
      expect(told).toEqual([submission?.run]);
      expect(task.contexts).toEqual([]);
    });

    it('survives a task that throws', async () => {
      const [submission] = await submit(byHand(task));
      await task.whenBegun(1);
      task.fail(new Error('broken'));
      expect(await submission?.finished).toMatchObject({ status: 'failed', error: { message: 'broken' } });
    });

    it('cancels an active run, and says when there is none', async () => {
      const [submission] = await submit(byHand(task));
      await task.whenBegun(1);
      expect(process.engine.cancel(submission?.run.id ?? '', 'by hand')).toBe(true);
      expect(await submission?.finished).toMatchObject({ status: 'cancelled', reason: 'by hand' });
      expect(process.engine.cancel(submission?.run.id ?? '', 'by hand')).toBe(false);
    });

    it('resumes after a crash as a further attempt of the same run, with the same reference instant', async () => {
      const [submission] = await submit(due(task, 0));
      await task.whenBegun(1);
      task.contexts[0]?.progress({ total: 2, succeeded: 2, failed: 0, skipped: 0 });
      await task.contexts[0]?.recorder.checkpoint(
        { pending: ['third'], unconfirmed: ['first'] },
        new AbortController().signal,
      );
      await process.crash();
      const told: Run[] = [];
      await open(({ events }) => events.on('run.resumed', ({ run }) => told.push(run)));
      await task.whenBegun(1);
      const [context] = task.contexts;
      expect(context).toMatchObject({ runId: submission?.run.id, attempt: 2, at: instant(0), slot: instant(0) });
      expect(told).toMatchObject([{ id: submission?.run.id, attempt: 2 }]);
      expect(context?.resume).toMatchObject({
        crashed: true,
        items: { succeeded: 2 },
        pending: ['third'],
        unconfirmed: ['first'],
      });
      expect(await statuses(task)).toEqual(['running']);
    });

    it('gives up a run that crashed three times in a row without a checkpoint', async () => {
      const [submission] = await submit(due(task, 0));
      for (let crashes = 0; crashes < 3; crashes++) {
        await task.whenBegun(1);
        await process.crash();
        const ended = Promise.withResolvers<Run>();
        await open(({ events }) => events.on('run.finished', ({ run }) => ended.resolve(run)));
        if (crashes === 2) {
          const error = { name: 'RunLostRepeatedlyError', code: 'LOST_REPEATEDLY' };
          expect(await ended.promise).toMatchObject({ id: submission?.run.id, status: 'failed', error });
        }
      }
      expect(task.contexts).toEqual([]);
      expect(await statuses(task)).toEqual(['failed']);
    });

    it('resumes what crashed twice one at a time', async () => {
      await submit(due(task, 0), due(queueing, 0));
      await process.crash();
      await open();
      await Promise.all([task.whenBegun(1), queueing.whenBegun(1)]);
      await process.crash();
      await open();
      await task.whenBegun(1);
      expect(queueing.contexts).toEqual([]);
      task.succeed();
      await queueing.whenBegun(1);
    });

    it('starts after a crash what had been waiting', async () => {
      await submit(due(queueing, 0), due(queueing, 1));
      await process.crash();
      await open();
      await queueing.whenBegun(1);
      queueing.succeed(1);
      await queueing.whenBegun(2);
      expect(queueing.contexts[1]).toMatchObject({ slot: instant(1), attempt: 1 });
    });

    it('lets work in flight finish when it drains, and takes nothing more', async () => {
      const [submission] = await submit(byHand(task));
      await task.whenBegun(1);
      const drained = process.engine.drain(10_000);
      expect(process.engine.phase).toBe('draining');
      expect(task.contexts[0]?.stopping.aborted).toBe(true);
      expect(task.contexts[0]?.signal.aborted).toBe(false);
      await expect(submit(byHand(task))).rejects.toThrow('takes no runs while it is draining');
      task.succeed(1, 'in time');
      await drained;
      expect(await submission?.finished).toMatchObject({ status: 'succeeded', result: 'in time' });
      expect(process.engine.phase).toBe('stopped');
    });

    it('takes nothing when a drain has overtaken its start', async () => {
      await process.engine.drain(0);
      await process.close();
      process = await underTest.open([task]);
      const started = process.engine.start();
      await process.engine.drain(0);
      await started;
      expect(process.engine.phase).toBe('stopped');
      await expect(submit(byHand(task))).rejects.toThrow('takes no runs while it is stopped');
    });

    it('leaves to the next process what does not finish in time, and holds no crash against it', async () => {
      const [submission] = await submit(byHand(task));
      await task.whenBegun(1);
      await process.engine.drain(1);
      expect(await submission?.finished).toMatchObject({ status: 'interrupted', reason: 'shutdown' });
      expect(await statuses(task)).toEqual(['interrupted']);
      await process.close();
      await open();
      await task.whenBegun(1);
      expect(task.contexts[0]).toMatchObject({ runId: submission?.run.id, attempt: 2, resume: { crashed: false } });
    });

    it('starts what somebody has queued, with whom and what it is for', async () => {
      const actor = { name: 'anna', role: 'operator', via: 'api' } as const;
      const request = { actor, address: null, reason: null, idempotencyKey: null };
      await process.commands.perform({ ...request, command: { action: 'run', task: task.name } });
      await process.engine.startQueued([task.name, 'unknown']);
      await task.whenBegun(1);
      expect(task.contexts[0]).toMatchObject({ trigger: 'manual', only: null });
      expect(await process.history.list({ limit: 1 })).toMatchObject([{ status: 'running', actor }]);
    });

    it('executes nothing but what is submitted to it where that is all it is for', async () => {
      const request = { actor: { name: 'anna', role: 'operator', via: 'cli' }, address: null, reason: null } as const;
      const command = { action: 'run', task: queueing.name } as const;
      await process.commands.perform({ ...request, idempotencyKey: null, command });
      await process.engine.drain(0);
      await process.close();
      process = await underTest.open([task, queueing]);
      await process.engine.start('submitted');
      await submit(byHand(task));
      await task.whenBegun(1);
      expect(await statuses(queueing)).toEqual(['queued']);
      expect(queueing.contexts).toHaveLength(0);
    });

    it('starts nothing that was waiting while it drains', async () => {
      await submit(due(queueing, 0), due(queueing, 1));
      await queueing.whenBegun(1);
      const drained = process.engine.drain(10_000);
      queueing.succeed(1);
      await drained;
      await sleep(0);
      expect(queueing.contexts).toHaveLength(1);
      expect(await statuses(queueing)).toEqual(['queued', 'succeeded']);
    });

    it('ends the run of a task that does not exist any more', async () => {
      await submit(byHand(task));
      await process.crash();
      process = await underTest.open([]);
      const told = new Promise((resolve) => process.events.on('run.finished', resolve));
      await process.engine.start();
      const end = { status: 'cancelled', reason: 'task_removed' };
      expect(await told).toMatchObject({ status: 'cancelled', run: end });
      expect(await process.history.list({ limit: 1 })).toMatchObject([end]);
    });
  });
}
