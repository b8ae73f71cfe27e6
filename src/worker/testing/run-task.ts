import { type Provider, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { loadSettings } from '../../config/load-settings.js';
import { workerConfig } from '../../config/worker.config.js';
import type { BaseTask } from '../authoring/base.task.js';
import { Clock } from '../../time/clock.js';
import { ItemLedger } from '../../ledger/item-ledger.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import type { Execution, ItemFailure } from '../../ledger/run-ledger.js';
import type { Run } from '../../runs/run.js';
import { TaskEngine } from '../task-engine.js';
import { TaskRunner } from '../execution/task-runner.js';
import { FakeRunLedger } from '../../ledger/testing/run-ledger.fake.js';
import { anExecution, aRun, silentLogger } from './task-context.fake.js';

export interface TaskTest {
  /** The reference instant. Default 2026-11-23T12:00:00Z, which is also what the clock shows. */
  readonly at?: Date;
  /** Default: a manual run, without a slot. */
  readonly slot?: Date;
  readonly resume?: Execution['resume'];
  readonly settings?: Readonly<Record<string, string>>;
}

/** Runs a task once, as the worker would, with `providers` in place of what it talks to. */
export async function runTask(
  task: Type<BaseTask>,
  providers: Provider[],
  { at = new Date('2026-11-23T12:00:00.000Z'), slot, resume = null, settings = {} }: TaskTest = {},
): Promise<{ readonly run: Run; readonly failedItems: readonly ItemFailure[] }> {
  const ledger = new FakeRunLedger();
  const module = await Test.createTestingModule({
    providers: [
      task,
      { provide: TaskEngine, useValue: {} },
      { provide: ItemLedger, useValue: { troubled: async () => new Map(), recordCrash: async () => {} } },
      { provide: Clock, useValue: { now: () => at } },
      { provide: workerConfig.KEY, useValue: loadSettings({ DATA_API_URL: 'http://127.0.0.1', ...settings }) },
      ...providers,
    ],
  })
    .setLogger(silentLogger)
    .compile();
  const instance = module.get(task);
  const execution = anExecution(aRun({ task: instance.name, slot: slot ?? null }), { at, resume });
  const registered = { ...instance, task: instance, name: instance.name, schedule: null };
  const idle = new AbortController();
  const control = { abort: new AbortController(), stopping: idle.signal, abandoned: idle.signal };
  const run = await new TaskRunner(ledger, new WorkerEvents()).run(registered, execution, control);
  const checkpoints = [...ledger.checkpoints, ...ledger.finished.flatMap(({ checkpoint }) => checkpoint ?? [])];
  return { run, failedItems: checkpoints.flatMap(({ failures }) => failures) };
}
