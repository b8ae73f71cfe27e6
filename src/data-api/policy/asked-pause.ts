import type { IncomingHttpHeaders } from 'node:http';
import type { HttpAnswer } from '../request/http-request.js';
import { usedUpQuota } from './quota.js';
import { readDate, readSeconds } from './server-time.js';

/** A longer `Retry-After` is a mistake of the server, such as milliseconds, and is ignored. */
const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1_000;
const RETRY_AFTER = 'retry-after';
/** In milliseconds, and not read. */
const RETRY_AFTER_MS = 'retry-after-ms';
/** Not the comma within a date. */
const COMMA = /(?<!(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*),/;

/** Milliseconds for which the answer asks to be sent nothing; 0 when it does not ask. */
export function askedPause({ headers }: HttpAnswer): number {
  return Math.max(retryAfter(headers), usedUpQuota(headers)?.resetMs ?? 0);
}

/**
 * Whether the upstream refused a request because it wants fewer of them, which is not the request's
 * fault: 429, or a 403 or 503 that says for how long or that a quota is used up.
 */
export function isRefusal(answer: HttpAnswer): boolean {
  if (answer.status === 429) return true;
  if (answer.status !== 403 && answer.status !== 503) return false;
  return askedPause(answer) > 0 || usedUpQuota(answer.headers) !== undefined;
}

/**
 * Seconds or a date (RFC 9110 §10.2.3), also with decimals; the longest of several.
 * `Retry-After-<name>` is all that @nestjs/throttler sends for a throttler with a name.
 */
function retryAfter(headers: IncomingHttpHeaders): number {
  const names = Object.keys(headers).filter((name) => name.startsWith(RETRY_AFTER) && name !== RETRY_AFTER_MS);
  // An array when it was sent twice, although its type says otherwise.
  const values = names.flatMap((name) => headers[name] ?? []).flatMap((value) => value.split(COMMA));
  const waits = values.map((value) => readSeconds(value) ?? readDate(value, headers) ?? 0);
  return Math.max(0, ...waits.filter((wait) => wait <= MAX_RETRY_AFTER_MS));
}
