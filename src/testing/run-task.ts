import type { Provider, Type } from '@nestjs/common';
import type { ItemFailure } from '../ledger/run-ledger.js';
import { MemoryLedger } from '../ledger/testing/memory/memory-ledger.js';
import type { Run } from '../runs/run.js';
import type { Clock } from '../time/clock.js';
import type { BaseTask } from '../worker/authoring/base.task.js';
import { paramsFromTexts } from '../worker/registry/run-params.js';
import { CrashingLedger, type CrashPoint } from './crashing-ledger.js';
import { type ProcessParts, TaskProcess } from './task-process.js';
import { inVirtualTime } from './virtual-time.js';

export interface TaskTest {
  /** The reference instant, at which the run starts. Default 2026-11-23T12:00:00Z. */
  readonly at?: Date;
  /** Default: a manual run, without a slot. */
  readonly slot?: Date;
  /** What the run is given by hand, as `--param` gives it. */
  readonly params?: Readonly<Record<string, string>>;
  /** Holds back every request that would change something: `run.result` lists them. */
  readonly dryRun?: boolean;
  /** What the run finds as the task's state. Default: what a first run finds. */
  readonly state?: unknown;
  /** Environment variables, such as `TASK_<NAME>_TIMEOUT`. */
  readonly settings?: Readonly<Record<string, string>>;
  /**
   * The clock jumps over every wait: a deadline, a pause, an answer that takes long. Otherwise the
   * worker's clock stands still, and timers take the time they take.
   */
  readonly virtualTime?: boolean;
  /**
   * The process dies after this checkpoint of the run (a batch has one for every page or so), or
   * at the `end`, before it is recorded; another process resumes the run, which then has two
   * attempts.
   */
  readonly crashAt?: CrashPoint;
}

export interface TaskTestResult {
  readonly run: Run;
  /** What is on record as the task's state afterwards; undefined: nothing. */
  readonly state: unknown;
  readonly failedItems: readonly ItemFailure[];
  /** The runs of tasks among the providers that run after this one, oldest first. */
  readonly followers: readonly Run[];
}

const DEFAULT_AT = new Date('2026-11-23T12:00:00.000Z');

/**
 * Runs a task once, as the worker would: found by its decorator, executed by the engine, recorded
 * in memory. `providers` take the place of what it talks to. Rejects with a `ConfigurationError`
 * when the worker would not start with the task.
 */
export async function runTask(
  task: Type<BaseTask>,
  providers: readonly Provider[] = [],
  test: TaskTest = {},
): Promise<TaskTestResult> {
  const { at = DEFAULT_AT, settings = {}, virtualTime = false } = test;
  const clock: Clock = { now: () => (virtualTime ? new Date() : at) };
  const perform = () => performed({ task, providers, settings, clock }, test, at);
  return virtualTime ? inVirtualTime(at, perform) : perform();
}

async function performed(
  parts: Omit<ProcessParts, 'ledger' | 'runs'>,
  test: TaskTest,
  at: Date,
): Promise<TaskTestResult> {
  const { crashAt } = test;
  const ledger = new MemoryLedger(parts.clock);
  if (crashAt === undefined) {
    const process = await TaskProcess.start({ ...parts, ledger, runs: ledger.runs });
    return resultOf(process, ledger, () => ended(process, ledger, test, at));
  }
  const runs = new CrashingLedger(ledger.runs, crashAt);
  const first = await TaskProcess.start({ ...parts, ledger, runs });
  await ended(first, ledger, test, at).finally(() => first.end());
  if (!runs.hasCrashed) {
    throw new RangeError(`crashAt is ${crashAt}, and the run ended after ${runs.passed} checkpoints`);
  }
  ledger.end();
  const next = ledger.beside('service');
  const second = await TaskProcess.start({ ...parts, ledger: next, runs: next.runs });
  return resultOf(second, next, () => second.resume());
}

async function ended(
  { engine, task }: TaskProcess,
  ledger: MemoryLedger,
  { slot, params = {}, dryRun = false, state }: TaskTest,
  at: Date,
): Promise<Run> {
  const given = { params: paramsFromTexts(task, new Map(Object.entries(params))), dryRun };
  const { name, overlap } = task;
  if (state !== undefined) ledger.recordState(name, state);
  await engine.start();
  const trigger = slot ? 'schedule' : 'manual';
  const [submission] = await engine.submit([{ task: name, trigger, slot: slot ?? null, at, overlap, ...given }]);
  if (!submission) throw new TypeError(`The run of ${name} was not claimed`);
  return submission.finished;
}

async function resultOf(
  process: TaskProcess,
  { history }: MemoryLedger,
  work: () => Promise<Run>,
): Promise<TaskTestResult> {
  try {
    const run = await work();
    const followers = await process.followers();
    const { state } = (await history.overview()).get(run.task) ?? {};
    return { run, state, failedItems: await history.failedItems(run.id), followers };
  } finally {
    await process.end();
  }
}
