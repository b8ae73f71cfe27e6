import type { Provider, Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { ConfigurationError, type ConfigurationProblem } from '../../../config/configuration.error.js';
import { loadSettings } from '../../../config/load-settings.js';
import { workerConfig } from '../../../config/worker.config.js';
import { BaseTask } from '../../authoring/base.task.js';
import { TaskExplorer } from '../task-explorer.js';
import { TaskSource } from '../task-source.js';
import { TaskRegistry } from '../task-registry.js';

export interface Application {
  readonly providers?: readonly Provider[];
  readonly modules?: readonly Type[];
  readonly controllers?: readonly Type[];
  readonly environment?: Readonly<Record<string, string>>;
}

class Surroundings {}

/** The registry of an application, not loaded yet. */
export async function registryOf(application: Application): Promise<TaskRegistry> {
  const settings = loadSettings({ DATA_API_URL: 'http://data-api.test', ...application.environment });
  const surroundings = [{ provide: workerConfig.KEY, useValue: settings }];
  const module = await Test.createTestingModule({
    imports: [
      DiscoveryModule,
      { module: Surroundings, global: true, providers: surroundings, exports: surroundings },
      ...(application.modules ?? []),
    ],
    controllers: [...(application.controllers ?? [])],
    providers: [{ provide: TaskSource, useClass: TaskExplorer }, TaskRegistry, ...(application.providers ?? [])],
  }).compile();
  return module.get(TaskRegistry);
}

export async function loadedRegistryOf(application: Application): Promise<TaskRegistry> {
  const registry = await registryOf(application);
  registry.load();
  return registry;
}

/** What a start of the application complains about. */
export async function problemsOf(application: Application): Promise<readonly ConfigurationProblem[]> {
  const registry = await registryOf(application);
  try {
    registry.load();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

/** A task with whatever properties, its `execute` decorated with whatever decorators. */
export function aTask(properties: Readonly<Record<string, unknown>>, ...decorators: MethodDecorator[]): Provider {
  class SomeTask extends BaseTask {
    readonly name: string = 'some_task';

    constructor() {
      super();
      Object.assign(this, properties);
    }

    async execute(): Promise<void> {}
  }
  const execute = Object.getOwnPropertyDescriptor(SomeTask.prototype, 'execute');
  for (const decorate of decorators) decorate(SomeTask.prototype, 'execute', execute ?? {});
  return SomeTask;
}
