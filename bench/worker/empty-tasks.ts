import { Injectable, type Type } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { BaseTask as Task } from '../../src/worker/index.ts';
import { fromWorker } from './built-worker.ts';

const { BaseTask } = await fromWorker<{ BaseTask: typeof Task }>('worker/index.js');

/** Tasks of these names that do nothing, as often as that. */
export function emptyTasks(names: readonly string[], everyMs: number): Type<Task>[] {
  return names.map((name) => {
    class EmptyTask extends BaseTask {
      readonly name = name;
      async execute(): Promise<void> {}
    }
    const execute = Object.getOwnPropertyDescriptor(EmptyTask.prototype, 'execute') as PropertyDescriptor;
    Interval(everyMs)(EmptyTask.prototype, 'execute', execute);
    Injectable()(EmptyTask);
    return EmptyTask;
  });
}
