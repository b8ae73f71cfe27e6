import { Inject, Injectable } from '@nestjs/common';
import { ConfigurationError, type ConfigurationProblem } from '../../config/configuration.error.js';
import type { ConfigurationWarning, WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import type { RegisteredTask } from './registered-task.js';
import { ownVariables } from './own-settings.js';
import { type DiscoveredTask, TaskSource } from './task-source.js';
import { overrideProblems } from './override-problems.js';
import { TaskCatalogue } from './task-catalogue.js';
import { TaskChain } from './task-chain.js';
import { TaskResolver } from './task-resolver.js';

/** Every task of the application by name, with the settings that are in force. */
@Injectable()
export class TaskRegistry extends TaskCatalogue {
  private tasks: ReadonlyMap<string, RegisteredTask> | undefined;

  constructor(
    private readonly source: TaskSource,
    @Inject(workerConfig.KEY) private readonly settings: WorkerSettings,
  ) {
    super();
  }

  /**
   * Finds the tasks and settles their settings. Call it once all providers exist, before any other
   * method. Throws one `ConfigurationError` with every problem of the environment and of the tasks.
   * Returns what is valid and may still be a slip.
   */
  load(): readonly ConfigurationWarning[] {
    const { tasks: discovered, problems: strays } = this.source.explore();
    const resolvers = discovered.map(
      (task) => new TaskResolver(task, this.overrideOf(task), this.settings.taskVariables),
    );
    const chain = new TaskChain(discovered);
    const tasks = resolvers
      .map((resolver) => resolver.resolve())
      .map((task) => ({ ...task, follows: chain.causesOf(task.name), followers: chain.followersOf(task.name) }))
      .sort(byName);
    const problems = [
      ...this.settings.problems,
      ...strays,
      ...duplicates(discovered),
      ...resolvers.flatMap((resolver) => resolver.problems),
      ...chain.problems,
      ...unknownUpstreams(tasks, ['data', ...this.settings.apis.map(({ name }) => name)]),
      ...overrideProblems(
        this.settings,
        tasks.map(({ name }) => String(name)),
        tasks.flatMap(({ task }) => [...ownVariables(task).values()]),
      ),
    ];
    if (problems.length > 0) throw new ConfigurationError(problems, this.settings.environmentFile);
    this.tasks = new Map(tasks.map((task) => [task.name, task]));
    return resolvers.flatMap(({ warnings }) => warnings);
  }

  all(): readonly RegisteredTask[] {
    return [...this.loaded().values()];
  }

  /** Throws for a name that no task has: for names that were looked up before. */
  get(name: string): RegisteredTask {
    const task = this.find(name);
    if (!task) throw new RangeError(`There is no task ${JSON.stringify(name)}`);
    return task;
  }

  override find(name: string): RegisteredTask | undefined {
    return this.loaded().get(name);
  }

  private overrideOf({ task }: DiscoveredTask) {
    return this.settings.taskOverrides.get(String(task.name).toUpperCase()) ?? {};
  }

  private loaded(): ReadonlyMap<string, RegisteredTask> {
    if (!this.tasks) throw new TypeError('TaskRegistry.load() has to come first');
    return this.tasks;
  }
}

function duplicates(discovered: readonly DiscoveredTask[]): ConfigurationProblem[] {
  const byTaskName = Map.groupBy(discovered, ({ task }) => task.name);
  return [...byTaskName]
    .filter(([, tasks]) => tasks.length > 1)
    .map(([name, tasks]) => ({
      subject: `task ${name}`,
      found: `the name of ${tasks.map(({ className, module }) => `${className} in ${module}`).join(' and of ')}`,
      expected: 'a name of its own for each task, and each task in the providers of one module only',
    }));
}

function unknownUpstreams(tasks: readonly RegisteredTask[], apis: readonly string[]): ConfigurationProblem[] {
  return tasks.flatMap(({ name, task: { upstreams = [] } }) => {
    const unknown = upstreams.filter((api) => !apis.includes(api));
    const expected = `names of APIs: ${apis.join(', ')}`;
    return unknown.map((api) => ({
      subject: `task ${name}`,
      found: `with the upstream ${JSON.stringify(api)}`,
      expected,
    }));
  });
}

function byName(a: RegisteredTask, b: RegisteredTask): number {
  return a.name < b.name ? -1 : 1;
}
