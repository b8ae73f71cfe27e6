const FAILED = new Set(['error', 'failed', 'failure']);

/**
 * What in a value says that the operation failed although the status says otherwise: an `error`
 * that is not empty, `success` or `ok` false, or a `status` of `error`, `failed` or `failure`, at
 * the top of an object. A schema that accepts any object would take these for a success.
 */
export function reportOfFailure(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { error, success, ok, status } = value as Record<string, unknown>;
  if (error) return 'error';
  if (success === false) return 'success: false';
  if (ok === false) return 'ok: false';
  return typeof status === 'string' && FAILED.has(status.toLowerCase()) ? `status: ${status}` : undefined;
}
