import type { CatchUp } from '../../config/settings.js';
import type { BaseTask } from '../authoring/base.task.js';
import type { Schedule } from '../schedules/schedule.js';

/** A task with the settings that are in force: the task's own, overridden by the environment. */
export interface RegisteredTask {
  readonly task: BaseTask;
  readonly name: string;
  /** Null: `off` or manual only. */
  readonly schedule: Schedule | null;
  readonly timeout: number;
  readonly overlap: 'skip' | 'queue';
  readonly catchUp: CatchUp;
}
