import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { NestFactory } from '@nestjs/core';
import type { WorkerLogger as Logger } from '../../src/logging/worker.logger.ts';
import type { TaskEngine as Engine } from '../../src/worker/task-engine.ts';
import type { WorkerLifecycle as Lifecycle } from '../../src/worker/worker-lifecycle.ts';
import { fromWorker } from './built-worker.ts';

const { AppModule } = await fromWorker<{ AppModule: Type }>('app.module.js');
const { TasksModule } = await fromWorker<{ TasksModule: Type }>('tasks/tasks.module.js');
const { WorkerLifecycle } = await fromWorker<{ WorkerLifecycle: typeof Lifecycle }>('worker/worker-lifecycle.js');
const { WorkerLogger } = await fromWorker<{ WorkerLogger: typeof Logger }>('logging/worker.logger.js');
const { TaskEngine } = await fromWorker<{ TaskEngine: typeof Engine }>('worker/task-engine.js');

export interface StartedWorker {
  /** Runs a task by hand and waits for its end. */
  run(task: string): Promise<void>;
  stop(): Promise<void>;
}

/** Every module of the shipped worker except its tasks. */
export async function startWorker(tasks: Type[]): Promise<StartedWorker> {
  const app = await NestFactory.createApplicationContext(applicationWith(tasks), {
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(WorkerLogger));
  const worker = app.get(WorkerLifecycle);
  worker.check();
  await worker.start('http://127.0.0.1:0');
  const engine = app.get(TaskEngine);
  return {
    async run(task) {
      const [run] = await engine.submit([{ task, trigger: 'manual', slot: null, at: null, overlap: 'skip' }]);
      await run?.finished;
    },
    async stop() {
      await worker.stop();
      await app.close();
    },
  };
}

function applicationWith(tasks: Type[]): DynamicModule {
  class OtherTasksModule {}
  Module({ providers: tasks })(OtherTasksModule);
  class BenchModule {}
  const modules = Reflect.getMetadata(MODULE_METADATA.IMPORTS, AppModule) as Type[];
  return {
    module: BenchModule,
    imports: modules.map((module) => (module === TasksModule ? OtherTasksModule : module)),
  };
}
