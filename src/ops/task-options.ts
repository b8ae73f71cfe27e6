import type { TaskOverride, WorkerSettings } from '../config/settings.js';
import { formatDuration } from '../time/duration.js';
import type { RegisteredTask } from '../worker/registry/registered-task.js';
import { variablePrefix } from '../worker/registry/task-resolver.js';

/** An option of a task as it is in force, and where it comes from. */
export interface TaskOption {
  readonly name: string;
  /** For people; of a secret, only that it is set. */
  readonly value: string;
  /** `task`: its decorator, its class, or the worker's default. */
  readonly source: 'task' | 'environment';
  /** What overrides it; null: nothing does. */
  readonly variable: string | null;
}

export function optionsInForce(task: RegisteredTask, settings: WorkerSettings): readonly TaskOption[] {
  const override: TaskOverride = settings.taskOverrides.get(task.name.toUpperCase()) ?? {};
  const prefix = variablePrefix(task.name);
  const option = (name: keyof TaskOverride, suffix: string, value: string): TaskOption => {
    return { name, value, source: override[name] === undefined ? 'task' : 'environment', variable: prefix + suffix };
  };
  const { schedule, timeout, catchUp, overlap, freshness, concurrency, delay } = task;
  return [
    option('schedule', 'SCHEDULE', schedule?.text ?? 'off'),
    option('timezone', 'TIMEZONE', schedule?.timezone ?? 'UTC'),
    option('timeout', 'TIMEOUT', formatDuration(timeout)),
    option('catchUp', 'CATCH_UP', catchUp),
    option('concurrency', 'CONCURRENCY', concurrency === Infinity ? 'unlimited' : String(concurrency)),
    option('spread', 'SPREAD', delay === 0 ? 'none' : `starts ${formatDuration(delay)} after its slot`),
    option('pingUrl', 'PING_URL', override.pingUrl === undefined ? 'none' : 'set'),
    { name: 'overlap', value: overlap, source: 'task', variable: null },
    {
      name: 'freshness',
      value: freshness === undefined ? 'as the schedule implies' : formatDuration(freshness),
      source: 'task',
      variable: null,
    },
    ...task.ownSettings.map(({ variable, value }): TaskOption => {
      const isSet = settings.taskVariables.has(variable) || settings.taskVariables.has(`${variable}_FILE`);
      const name = variable.slice(prefix.length).toLowerCase();
      return { name, value, source: isSet ? 'environment' : 'task', variable };
    }),
  ];
}
