import type { ConfigurationProblem } from '../../config/configuration.error.js';
import type { TaskOverride, WorkerSettings } from '../../config/settings.js';
import { nearestName } from '../../config/nearest-name.js';
import { meantVariable } from '../../config/variable-names.js';
import { variablePrefix } from './task-resolver.js';

const SETTINGS: Readonly<Record<keyof TaskOverride, string>> = {
  schedule: 'SCHEDULE',
  timezone: 'TIMEZONE',
  timeout: 'TIMEOUT',
  catchUp: 'CATCH_UP',
  pingUrl: 'PING_URL',
  spread: 'SPREAD',
  concurrency: 'CONCURRENCY',
};

/**
 * Variables that look like settings of a task and change nothing: slips. `own`: those that tasks
 * read beside the worker's.
 */
export function overrideProblems(
  settings: WorkerSettings,
  names: readonly string[],
  own: readonly string[],
): ConfigurationProblem[] {
  return [...unknownTasks(settings, names), ...unknownSettings(settings, names, own)];
}

function unknownTasks({ taskOverrides }: WorkerSettings, names: readonly string[]): ConfigurationProblem[] {
  const known = new Set(names.map((name) => name.toUpperCase()));
  const unknown = [...taskOverrides].filter(([name]) => !known.has(name));
  return unknown.flatMap(([name, override]) =>
    settingsIn(override).map((setting) => ({
      subject: `TASK_${name}_${setting}`,
      found: 'for a task that does not exist',
      expected: taskInstead(name, setting, names),
    })),
  );
}

/** Only of variables that name a known task: other programs' may begin with `TASK_` as well. */
function unknownSettings(
  settings: WorkerSettings,
  names: readonly string[],
  own: readonly string[],
): ConfigurationProblem[] {
  const read = new Set(own.flatMap((variable) => [variable, `${variable}_FILE`]));
  return settings.otherVariables.flatMap((variable) => {
    if (read.has(variable)) return [];
    const prefix = names.map(variablePrefix).find((candidate) => variable.startsWith(candidate));
    if (prefix === undefined) return slip(variable, names, own);
    const ofTask = own.filter((each) => each.startsWith(prefix)).map((each) => each.slice(prefix.length));
    const all = [...ofTask, ...Object.values(SETTINGS)];
    const nearest = nearestName(variable.slice(prefix.length), all);
    const expected = nearest === undefined ? `one of ${all.map((each) => prefix + each).join(', ')}` : prefix + nearest;
    return [{ subject: variable, found: 'not a setting of a task', expected }];
  });
}

function slip(variable: string, names: readonly string[], own: readonly string[]): ConfigurationProblem[] {
  const meant = meantVariable(variable, [...names.flatMap(variablesOf), ...own]);
  return meant === undefined ? [] : [{ subject: variable, found: 'not a variable of a task', expected: meant }];
}

function variablesOf(name: string): string[] {
  return Object.values(SETTINGS).map((setting) => variablePrefix(name) + setting);
}

/** A rejected value is missing from the override: its variable is a problem of its own. */
function settingsIn(override: TaskOverride): string[] {
  const settings = Object.keys(override) as (keyof TaskOverride)[];
  return settings.length === 0 ? ['…'] : settings.map((setting) => SETTINGS[setting]);
}

function taskInstead(name: string, setting: string, names: readonly string[]): string {
  const nearest = nearestName(name, names);
  if (nearest !== undefined) return `the name of a task: did you mean ${variablePrefix(nearest)}${setting}?`;
  return names.length === 0 ? 'no such variable: there are no tasks' : `one of the tasks ${names.join(', ')}`;
}
