import type { z } from 'zod';
import { nearestName } from '../../config/nearest-name.js';
import { WorkerError } from '../../runs/errors.js';
import type { RunParams } from '../../runs/run.js';
import type { BaseTask } from '../authoring/base.task.js';
import { expectationOf, fieldOf, readText } from './text-value.js';

/** A run was given what its task does not take. Names every such parameter. */
export class ParamsInvalidError extends WorkerError {
  override readonly name = 'ParamsInvalidError';

  constructor(task: string, problems: readonly string[]) {
    super(`${task} cannot run with these parameters: ${problems.join('; ')}`, 'BAD_PARAMS');
  }
}

/**
 * The parameters of a run as they are recorded, from texts; null for none. Checked as a whole:
 * throws a `ParamsInvalidError`.
 */
export function paramsFromTexts(task: BaseTask, texts: ReadonlyMap<string, string>): RunParams | null {
  const inputs = [...texts].map(([name, text]) => {
    const read = task.params && readText(fieldOf(task.params, name), text);
    // What does not fit stays a text, to be complained of with all others.
    return [name, read && 'input' in read ? read.input : text] as const;
  });
  return checkedParams(task, Object.fromEntries(inputs));
}

/** The parameters of a run as they are recorded; null for none. Throws a `ParamsInvalidError`. */
export function checkedParams(task: BaseTask, given: RunParams = {}): RunParams | null {
  valuesOf(task, given);
  return Object.keys(given).length === 0 ? null : given;
}

/** What the task sees of the parameters of a run. Throws a `ParamsInvalidError`. */
export function valuesOf({ name, params }: BaseTask, given: RunParams): unknown {
  const known = Object.keys(params?.shape ?? {});
  const unknown = Object.keys(given).filter((key) => !known.includes(key));
  if (unknown.length > 0)
    throw new ParamsInvalidError(
      name,
      unknown.map((key) => unknownParam(key, known)),
    );
  if (!params) return {};
  const read = params.safeParse(given);
  if (read.success) return read.data;
  throw new ParamsInvalidError(name, problemsOf(read.error, given));
}

function problemsOf({ issues }: z.ZodError, given: RunParams): string[] {
  return issues.map((issue) => {
    const key = String(issue.path[0] ?? '');
    const expected = expectationOf(issue);
    if (key === '') return expected;
    return Object.hasOwn(given, key)
      ? `${key} is ${JSON.stringify(given[key])}, expected ${expected}`
      : `${key} is missing, expected ${expected}`;
  });
}

function unknownParam(key: string, known: readonly string[]): string {
  if (known.length === 0) return `it takes none; declare ${key} in its \`params\``;
  const nearest = nearestName(key, known);
  return `${key} is not one of them, ${nearest ? `did you mean ${nearest}?` : `which are ${known.join(', ')}`}`;
}
