import type { ConfigurationWarning, WorkerSettings } from '../config/settings.js';
import { workerConfig } from '../config/worker.config.js';
import { TasksModule } from '../tasks/tasks.module.js';
import { Clock } from '../time/clock.js';
import { ContainerNeededError, StandaloneTasks } from '../worker/registry/standalone-tasks.js';
import { TaskRegistry } from '../worker/registry/task-registry.js';

interface OwnTasks {
  readonly registry: TaskRegistry;
  readonly settings: WorkerSettings;
  readonly warnings: readonly ConfigurationWarning[];
}

/**
 * The tasks of this program, with the settings that are in force. Throws a `ConfigurationError`
 * with every problem of the environment and of the tasks.
 */
export async function loadOwnTasks(clock: Clock): Promise<OwnTasks> {
  // Whole only now: the modules of the tasks, which are loaded with this file, name the APIs.
  const settings = workerConfig();
  const atHand = new Map<unknown, unknown>([
    [Clock, clock],
    [workerConfig.KEY, settings],
  ]);
  try {
    const registry = new TaskRegistry(new StandaloneTasks(TasksModule, atHand), settings);
    const warnings = registry.load();
    return { registry, settings, warnings };
  } catch (error) {
    if (!(error instanceof ContainerNeededError)) throw error;
  }
  const { createContext } = await import('./worker-application.js');
  const registry = (await createContext('quiet')).get(TaskRegistry);
  const warnings = registry.load();
  return { registry, settings, warnings };
}
