import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { NestFactory } from '@nestjs/core';
import type { WorkerLogger as Logger } from '../../src/logging/worker.logger.ts';
import type { TaskEngine as Engine } from '../../src/worker/task-engine.ts';
import type { WorkerLifecycle as Lifecycle } from '../../src/worker/worker-lifecycle.ts';
import { fromWorker } from './built-worker.ts';

const { AppModule } = await fromWorker<{ AppModule: Type }>('app.module.js');
const { TasksModule } = await fromWorker<{ TasksModule: Type }>('tasks/tasks.module.js');
const { TelemetryModule } = await fromWorker<{ TelemetryModule: Type }>('telemetry/telemetry.module.js');
const { LogSubscriber } = await fromWorker<{ LogSubscriber: Type }>('telemetry/log.subscriber.js');
const { RunLogSubscriber } = await fromWorker<{ RunLogSubscriber: Type }>('telemetry/run-log/run-log.subscriber.js');
const { WorkerLifecycle } = await fromWorker<{ WorkerLifecycle: typeof Lifecycle }>('worker/worker-lifecycle.js');
const { WorkerLogger } = await fromWorker<{ WorkerLogger: typeof Logger }>('logging/worker.logger.js');
const { TaskEngine } = await fromWorker<{ TaskEngine: typeof Engine }>('worker/task-engine.js');

export interface StartedWorker {
  /** Runs a task by hand and waits for its end. */
  run(task: string): Promise<void>;
  /** A provider of the worker. */
  get<T>(type: Type<T>): T;
  stop(): Promise<void>;
}

interface WorkerParts {
  /** In place of those of the worker. */
  readonly tasks?: readonly Type[];
  /**
   * `log`: nothing listens to what happens but the log; `captured`: its lines are kept with their
   * runs, too. Default: `all` that is shipped.
   */
  readonly telemetry?: Telemetry;
}

export type Telemetry = 'all' | 'log' | 'captured';

/** Every module of the shipped worker, but for the parts that are named. */
export async function startWorker(parts: WorkerParts): Promise<StartedWorker> {
  const app = await NestFactory.createApplicationContext(applicationWith(parts), {
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
    get: (type) => app.get(type),
    async stop() {
      await worker.stop();
      await app.close();
    },
  };
}

/** The same, on a port, until a signal ends it. */
export async function serveWorker(parts: WorkerParts, port: number): Promise<void> {
  const app = await NestFactory.create(applicationWith(parts), { bufferLogs: true, forceCloseConnections: true });
  app.useLogger(app.get(WorkerLogger));
  const worker = app.get(WorkerLifecycle);
  worker.check();
  await app.listen(port, '127.0.0.1');
  await worker.start(`http://127.0.0.1:${port}`);
  process.once('SIGTERM', () => void worker.stop().then(() => app.close()));
}

function applicationWith({ tasks, telemetry = 'all' }: WorkerParts): DynamicModule {
  class OtherTasksModule {}
  if (tasks) Module({ providers: [...tasks] })(OtherTasksModule);
  class LogModule {}
  const listeners = telemetry === 'captured' ? [LogSubscriber, RunLogSubscriber] : [LogSubscriber];
  Module({ providers: listeners })(LogModule);
  const inPlace = new Map<Type, Type>([
    ...(tasks ? [[TasksModule, OtherTasksModule] as const] : []),
    ...(telemetry !== 'all' ? [[TelemetryModule, LogModule] as const] : []),
  ]);
  class BenchModule {}
  const modules = Reflect.getMetadata(MODULE_METADATA.IMPORTS, AppModule) as Type[];
  return { module: BenchModule, imports: modules.map((module) => inPlace.get(module) ?? module) };
}
