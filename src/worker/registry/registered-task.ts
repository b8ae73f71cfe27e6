import type { CatchUp } from '../../config/settings.js';
import type { BaseTask } from '../authoring/base.task.js';
import type { Schedule } from '../schedules/schedule.js';

/** What there is to know of a task without having its code. */
export interface KnownTask {
  readonly name: string;
  /** Null: `off` or manual only. */
  readonly schedule: Schedule | null;
  readonly timeout: number;
  /** See `BaseTask.freshness`. */
  readonly freshness?: number | undefined;
  readonly manualOnly: boolean;
}

/** A task with the settings that are in force: the task's own, overridden by the environment. */
export interface RegisteredTask extends KnownTask {
  readonly task: BaseTask;
  readonly overlap: 'skip' | 'queue';
  readonly catchUp: CatchUp;
}
