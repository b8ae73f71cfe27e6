import { workerErrorIn } from './errors.js';
import { cutForeign } from './foreign-text.js';
import type { RunError } from './run.js';

const MAX_NAME_CHARS = 200;
const MAX_MESSAGE_CHARS = 2_000;
const MAX_STACK_CHARS = 4_000;

/**
 * What was thrown, rejected or reported, in the form that is recorded: three strings of bounded
 * length. Never throws, whatever it is given: a value may have getters that throw, a message that
 * is not a string, or be a revoked proxy.
 */
export function toRunError(thrown: unknown): RunError {
  const known = workerErrorIn(thrown);
  const error = known ?? thrown;
  return {
    name: textIn(error, 'name', MAX_NAME_CHARS) || 'Error',
    message: textIn(error, 'message') ?? describe(error),
    code: textIn(known, 'code', MAX_NAME_CHARS) || 'ERROR',
  };
}

/** Where an error arose; undefined for the worker's own, which say what to do. Never throws. */
export function stackIn(thrown: unknown): string | undefined {
  return workerErrorIn(thrown) ? undefined : textIn(thrown, 'stack', MAX_STACK_CHARS);
}

/** A property of what was thrown; undefined unless it is a readable string. Never throws. */
export function textIn(thrown: unknown, property: string, maxChars = MAX_MESSAGE_CHARS): string | undefined {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  try {
    const text = (thrown as Record<string, unknown>)[property];
    return typeof text === 'string' ? cutForeign(text, maxChars) : undefined;
  } catch {
    return undefined;
  }
}

function describe(thrown: unknown): string {
  try {
    return cutForeign(String(thrown), MAX_MESSAGE_CHARS);
  } catch {
    return 'A value was thrown that cannot be described';
  }
}
