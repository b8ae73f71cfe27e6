import { Injectable, type Type } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { BaseTask as Task, TaskContext } from '../../src/worker/index.ts';
import { CpuMeter } from '../measure/process-usage.ts';
import { type TickPlan, TickRecorder } from '../measure/tick-recorder.ts';
import { fromWorker } from './built-worker.ts';
import { countCommits } from './commit-count.ts';
import { startWorker } from './worker-application.ts';

/**
 * The built worker with empty tasks in place of its own: `node scheduled-tasks.ts PLAN`, a
 * `TickPlan` as JSON.
 */
const plan = JSON.parse(process.argv[2] ?? '{}') as TickPlan;
const commits = countCommits();
const { BaseTask } = await fromWorker<{ BaseTask: typeof Task }>('worker/index.js');

function declareTask(index: number): Type<Task> {
  class EmptyTask extends BaseTask {
    readonly name = `empty_${index}`;

    async execute({ slot }: TaskContext): Promise<void> {
      if (slot) window.recorder?.record(slot.getTime());
    }
  }
  const execute = Object.getOwnPropertyDescriptor(EmptyTask.prototype, 'execute') as PropertyDescriptor;
  Interval(plan.every)(EmptyTask.prototype, 'execute', execute);
  Injectable()(EmptyTask);
  return EmptyTask;
}

class TaskByHand extends BaseTask {
  readonly name = 'by_hand';
  override readonly manualOnly = true;
  async execute(): Promise<void> {}
}
Injectable()(TaskByHand);

const window: { recorder?: TickRecorder } = {};
const tasks = Array.from({ length: plan.tasks }, (_, index) => declareTask(index));
const worker = await startWorker({ tasks: [...tasks, TaskByHand], telemetry: plan.telemetry ?? 'all' });
const cpu = new CpuMeter();
const begun = performance.now();
for (let run = 0; run < plan.runsBefore; run++) await worker.run('by_hand');
const inARow = {
  cpuPerRunInARow: cpu.milliseconds / plan.runsBefore,
  timePerRunInARow: (performance.now() - begun) / plan.runsBefore,
};
window.recorder = new TickRecorder(plan);
await window.recorder.measure(commits, inARow);
await worker.stop();
