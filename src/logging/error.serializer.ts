import { cutForeign } from '../runs/foreign-text.js';
import { toRunError } from '../runs/run-error.js';

/** An error in a log line: what helps to find its cause, without extras such as a whole request. */
interface SerializedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

const MAX_CAUSES = 5;
const MAX_ERRORS = 10;
const MAX_STACK_CHARS = 16_384;

/** Never throws, whatever was thrown. */
export function serializeError(error: unknown, depth = 0): unknown {
  try {
    if (error instanceof Error) return depth > MAX_CAUSES ? error.message : serialize(error, depth);
    if (typeof error !== 'object' || error === null) return error;
  } catch {
    // A getter or a proxy that throws.
  }
  const { name: type, message } = toRunError(error);
  return { type, message };
}

function serialize(error: Error, depth: number): SerializedError {
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(typeof error.stack === 'string' && { stack: cutForeign(error.stack, MAX_STACK_CHARS) }),
    ...(error.cause !== undefined && { cause: serializeError(error.cause, depth + 1) }),
    ...(error instanceof AggregateError && {
      errors: error.errors.slice(0, MAX_ERRORS).map((inner) => serializeError(inner, depth + 1)),
    }),
  };
}
