import type { z } from 'zod';
import { currentRunScope } from '../../worker/execution/run-scope.js';
import { DataApiAnswer } from '../answer/data-api.answer.js';
import type { ChangeOptions, RequestOptions } from '../request/request-options.js';
import { standIn } from './stand-in.js';

const READS = new Set(['GET', 'HEAD', 'OPTIONS', 'QUERY']);

/** Whether the request belongs to a dry run and would change something: it is on its list then. */
export function isHeldBack(method: string, path: string, key: string | undefined, body: unknown): boolean {
  const dryRun = READS.has(method) ? undefined : currentRunScope()?.dryRun;
  dryRun?.hold({ method, path, key: key ?? null, body: textOf(body) });
  return dryRun !== undefined;
}

/** What a task is answered for a request that is held back; undefined for one that may go out. */
export function heldAnswer<T>(
  method: string,
  path: string,
  schema: z.ZodType<T>,
  options: RequestOptions | ChangeOptions,
): DataApiAnswer<T> | undefined {
  const { key, body } = options as ChangeOptions;
  return isHeldBack(method, path, key, body) ? new DataApiAnswer(200, standIn(schema), {}) : undefined;
}

function textOf(body: unknown): string | null {
  if (body === undefined || body === null) return null;
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return `${body.byteLength} bytes`;
  return JSON.stringify(body) ?? null;
}
