import type { ConfigurationProblem } from '../../config/configuration.error.js';
import type { BaseTask } from '../authoring/base.task.js';
import type { ScheduleDeclaration } from './schedule-metadata.js';

/** What the author of a task writes, and decorates. */
export type ScheduledMethod = 'execute' | 'processItem';

/** A task as its author wrote it. */
export interface DiscoveredTask {
  readonly task: BaseTask;
  readonly className: string;
  /** The module that provides it. */
  readonly module: string;
  /** The method that its schedule decorator belongs on. */
  readonly method: ScheduledMethod;
  /** The schedule decorators on it. */
  readonly declarations: readonly ScheduleDeclaration[];
  /** True: the decorator is on the method of a class that it extends, which this one overrides. */
  readonly losesDeclaration: boolean;
}

export interface Discovery {
  readonly tasks: readonly DiscoveredTask[];
  /** Tasks that cannot be scheduled, and decorators that nobody would ever heed. */
  readonly problems: readonly ConfigurationProblem[];
}

/** Where the registry gets the tasks of the application from. */
export abstract class TaskSource {
  abstract explore(): Discovery;
}
