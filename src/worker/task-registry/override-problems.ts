import type { ConfigurationProblem } from '../../config/configuration.error.js';
import type { TaskOverride, WorkerSettings } from '../../config/settings.js';
import { nearestName } from './nearest-name.js';
import { variablePrefix } from './task-resolver.js';

const SETTINGS: Readonly<Record<keyof TaskOverride, string>> = {
  schedule: 'SCHEDULE',
  timezone: 'TIMEZONE',
  timeout: 'TIMEOUT',
  catchUp: 'CATCH_UP',
};

/** Variables that look like settings of a task but would change nothing: slips that would go unnoticed otherwise. */
export function overrideProblems(
  { taskOverrides }: WorkerSettings,
  names: ReadonlySet<string>,
): ConfigurationProblem[] {
  const known = new Set([...names].map((name) => name.toUpperCase()));
  const unknown = [...taskOverrides].filter(([name]) => !known.has(name));
  return unknown.flatMap(([name, override]) =>
    settingsIn(override).map((setting) => ({
      subject: `TASK_${name}_${setting}`,
      found: 'for a task that does not exist',
      expected: expectedInstead(name, setting, names),
    })),
  );
}

function settingsIn(override: TaskOverride): string[] {
  const settings = Object.keys(override) as (keyof TaskOverride)[];
  return settings.map((setting) => SETTINGS[setting]);
}

function expectedInstead(name: string, setting: string, names: ReadonlySet<string>): string {
  const nearest = nearestName(name, names);
  if (nearest !== undefined) return `the name of a task: did you mean ${variablePrefix(nearest)}${setting}?`;
  return `the name of a task, one of ${[...names].sort().join(', ')}`;
}
