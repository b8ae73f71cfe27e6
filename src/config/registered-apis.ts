import type { ConfigurationProblem } from './configuration.error.js';
import { nearestName } from './nearest-name.js';

/** A name that can be a part of the names of variables: `<NAME>_API_URL`. */
const NAME = /^[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*$/;
/** `DATA_API_URL` is the Data API's, and `TASK_API_URL` would be a setting of a task. */
const RESERVED = ['data', 'task'];

/** The names of the APIs beside the Data API, filled while the modules of the tasks are loaded. */
export interface ApiNames {
  readonly registered: Set<string>;
  /** Those that a task asks for. */
  readonly injected: Set<string>;
}

export const apiNames: ApiNames = { registered: new Set(), injected: new Set() };

/** Those with variables of their own. */
export function usableNames({ registered }: ApiNames): string[] {
  return [...registered].filter((name) => nameProblem(name) === undefined);
}

/** `billing-eu`: `BILLING_EU_API_`. */
export function variablePrefix(name: string): string {
  return `${name.toUpperCase().replaceAll('-', '_')}_API_`;
}

export function apiNameProblems({ registered, injected }: ApiNames): ConfigurationProblem[] {
  const named = [...registered].flatMap((name) => nameProblem(name) ?? []);
  const twice = [...registered]
    .filter((name, index, all) => all.findIndex((other) => variablePrefix(other) === variablePrefix(name)) < index)
    .map((name) => problem(name, 'registered', 'one name, not two that differ in - and _ alone'));
  const unknown = [...injected].filter((name) => !registered.has(name)).map((name) => unknownName(name, registered));
  return [...named, ...twice, ...unknown];
}

function nameProblem(name: string): ConfigurationProblem | undefined {
  if (NAME.test(name) && !RESERVED.includes(name)) return undefined;
  const rule = `a name in lower case such as billing or billing-eu, other than ${RESERVED.join(' and ')}`;
  return problem(name, 'registered', rule);
}

function unknownName(name: string, registered: ReadonlySet<string>): ConfigurationProblem {
  const nearest = nearestName(name, registered);
  const register = `DataApiModule.register({ name: '${name}' }) in the imports of a module`;
  return problem(name, 'injected, not registered', nearest === undefined ? register : `${nearest}, or ${register}`);
}

function problem(name: string, found: string, expected: string): ConfigurationProblem {
  return { subject: `API ${JSON.stringify(name.slice(0, 64))}`, found, expected };
}
