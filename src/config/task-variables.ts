import { taskOverrideSchema } from './environment.schema.js';
import type { Environment } from './settings.js';

const OVERRIDE = new RegExp(`^TASK_(.+)_(${Object.keys(taskOverrideSchema.shape).join('|')})$`);

export function isOfATask(variable: string): boolean {
  return /^TASK_./.test(variable);
}

/** Whether it ends as one of the settings that every task has. */
export function isOverride(variable: string): boolean {
  return OVERRIDE.test(variable);
}

/** All variables of tasks. Empty means not set. */
export function taskVariables(environment: Environment): Map<string, string> {
  return new Map(valuesIn(environment).filter(([name]) => isOfATask(name)));
}

/** The settings that every task has, by the name of the task in upper case and their own. */
export function overridesByTask(environment: Environment): Map<string, Record<string, string>> {
  const byTask = new Map<string, Record<string, string>>();
  for (const [variable, value] of valuesIn(environment)) {
    const [, name, setting] = OVERRIDE.exec(variable) ?? [];
    if (name === undefined || setting === undefined) continue;
    byTask.set(name, { ...byTask.get(name), [setting]: value });
  }
  return byTask;
}

function valuesIn(environment: Environment): [name: string, value: string][] {
  return Object.entries(environment).flatMap(([name, value]) => (value ? [[name, value]] : []));
}
