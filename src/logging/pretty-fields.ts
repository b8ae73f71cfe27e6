type Field = readonly [name: string, value: unknown];

interface ShownError {
  readonly type?: string;
  readonly name?: string;
  readonly message: string;
  readonly stack?: unknown;
}

/**
 * Fields as a person reads them: `durationMs=1200 items(total=3 failed=1)`. Nothing is quoted, and
 * so nothing escaped once more. Left out is what is empty, and what the message has said.
 */
export function fieldsText(fields: readonly Field[], said = ''): string {
  return fields
    .filter(([, value]) => !isEmpty(value) && !isError(value) && !(typeof value === 'string' && said.endsWith(value)))
    .map(([name, value]) => fieldText(name, value))
    .join(' ');
}

/** An error as `TypeError: what it says`; undefined for any other field. */
export function errorText(name: string, value: unknown): string | undefined {
  if (!isError(value)) return undefined;
  const kind = value.type ?? value.name ?? name;
  return value.message.startsWith(`${kind}: `) ? value.message : `${kind}: ${value.message}`;
}

/** The frames of an error's stack, and those of its causes. */
export function stackOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || !('stack' in value) || typeof value.stack !== 'string') return [];
  const [, ...frames] = value.stack.split('\n').map((frame) => frame.trim());
  const cause = 'cause' in value && isError(value.cause) ? value.cause : undefined;
  return [...frames, ...(cause ? [`caused by ${errorText('cause', cause)}`, ...stackOf(cause)] : [])];
}

function fieldText(name: string, value: unknown): string {
  if (Array.isArray(value)) return `${name}(${value.map((entry) => plain(entry)).join(' ')})`;
  if (typeof value === 'object' && value !== null) return `${name}(${fieldsText(Object.entries(value))})`;
  return `${name}=${plain(value)}`;
}

function plain(value: unknown): string {
  if (isError(value)) return errorText('error', value) ?? '';
  return typeof value === 'object' && value !== null ? `(${fieldsText(Object.entries(value))})` : String(value);
}

function isError(value: unknown): value is ShownError {
  if (typeof value !== 'object' || value === null || !('message' in value)) return false;
  return typeof value.message === 'string' && ('type' in value || 'name' in value || 'stack' in value);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}
