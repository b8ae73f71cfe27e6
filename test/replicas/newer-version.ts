import { Injectable, Module, type Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { Interval } from '@nestjs/schedule';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { StopSignals as Signals } from '../../src/process/stop-signals.ts';
import type { BaseTask as Task, TaskContext } from '../../src/worker/index.ts';
import { DIST } from '../built-program.ts';
import { ADDED_TASK, ADDED_TASK_EVERY_MS, ADDED_TASK_TAKES_MS } from './added-task.ts';

// The service in a version with one task more, made of the modules that the build bundles.

const { BaseTask } = await built<{ BaseTask: typeof Task }>('worker/index.js');
const { TasksModule } = await built<{ TasksModule: Type }>('tasks/tasks.module.js');
const { StopSignals } = await built<{ StopSignals: typeof Signals }>('process/stop-signals.js');

class AddedTask extends BaseTask {
  readonly name = ADDED_TASK;

  async execute({ signal }: TaskContext): Promise<void> {
    await sleep(ADDED_TASK_TAKES_MS, undefined, { signal });
  }
}
const execute = Object.getOwnPropertyDescriptor(AddedTask.prototype, 'execute') as PropertyDescriptor;
Interval(ADDED_TASK_EVERY_MS)(AddedTask.prototype, 'execute', execute);
Injectable()(AddedTask);

const imports = Reflect.getMetadata(MODULE_METADATA.IMPORTS, TasksModule) as Type[];
Module({ imports, providers: [AddedTask] })(TasksModule);

const signals = new StopSignals();
const { bootstrap } = await built<{ bootstrap: (signals: Signals) => Promise<void> }>('service/bootstrap.js');
await bootstrap(signals);

function built<T>(module: string): Promise<T> {
  return import(pathToFileURL(join(DIST, module)).href) as Promise<T>;
}
