import type { LogFn, Logger } from 'pino';

/** Nest tells each module and route that it starts; of interest to whoever looks for a wiring fault only. */
const WIRING_CONTEXTS = new Set<unknown>([
  'NestFactory',
  'NestApplication',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
]);
const INFO = 30;

/**
 * Makes the calls that Nest developers write mean what they expect: in `logger.error('Text', error)` the error arrives
 * under `err`, in `logger.log('Text', { count })` the fields arrive in the line. Everything else is left to pino.
 */
export function foldArguments(this: Logger, parameters: Parameters<LogFn>, method: LogFn, level: number): void {
  const [first, message, ...rest] = parameters as unknown[];
  if (typeof first !== 'object' || first === null) return method.apply(this, parameters);
  const fields = first as Record<string, unknown>;
  if (level === INFO && WIRING_CONTEXTS.has(fields['context'])) return this.debug(fields, message as string);
  const substitutes = rest.filter((argument) => !foldInto(fields, argument));
  method.apply(this, [fields, message, ...substitutes] as Parameters<LogFn>);
}

function foldInto(fields: Record<string, unknown>, argument: unknown): boolean {
  if (typeof argument !== 'object' || argument === null) return false;
  if (argument instanceof Error) fields['err'] = argument;
  else Object.assign(fields, argument);
  return true;
}
