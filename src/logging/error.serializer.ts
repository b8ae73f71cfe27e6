/** An error in a log line. Only what helps to find its cause: enumerable extras, such as a whole request, stay out. */
export interface SerializedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

const DEEPEST_CAUSE = 5;

export function serializeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error) || depth > DEEPEST_CAUSE) return error instanceof Error ? error.message : error;
  const { code } = error as { code?: unknown };
  const serialized: SerializedError = {
    type: error.name,
    message: error.message,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(error.stack !== undefined && { stack: error.stack }),
    ...(error.cause !== undefined && { cause: serializeError(error.cause, depth + 1) }),
    ...(error instanceof AggregateError && {
      errors: error.errors.map((inner) => serializeError(inner, depth + 1)),
    }),
  };
  return serialized;
}
