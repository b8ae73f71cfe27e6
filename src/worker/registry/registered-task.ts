import type { CatchUp } from '../../config/settings.js';
import type { BaseTask } from '../authoring/base.task.js';
import type { ShownSetting } from '../authoring/task-settings.js';
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
  /** Tasks whose success it follows, where they are known. */
  readonly follows?: readonly string[] | undefined;
  /** Its own settings, as they are shown, where they are known. */
  readonly ownSettings?: readonly ShownSetting[];
}

/** A task with the settings that are in force: the task's own, overridden by the environment. */
export interface RegisteredTask extends KnownTask {
  readonly task: BaseTask;
  readonly overlap: 'skip' | 'queue';
  readonly catchUp: CatchUp;
  /** By how much its runs are put off after their slots, in milliseconds. */
  readonly delay: number;
  /** Items of it in work at once, at the most. */
  readonly concurrency: number;
  readonly ownSettings: readonly ShownSetting[];
  /** Tasks that run when this one has succeeded. */
  readonly followers?: readonly string[];
}
