import type { IncomingHttpHeaders } from 'node:http';

/** A longer wait is a mistake of the server. */
const MAX_BELIEVED_MS = 24 * 60 * 60 * 1_000;
const SECONDS = /^\d{1,10}$/;
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d\d:\d\d:\d\d/;

/**
 * Milliseconds for which the server asks to be sent nothing (`Retry-After`, RFC 9110 §10.2.3:
 * seconds or a date); the longest of several headers. 0 without one, or for nonsense such as `-1`,
 * `abc` and past dates.
 */
export function retryAfter(headers: IncomingHttpHeaders): number {
  const header: unknown = headers['retry-after'];
  if (header === undefined) return 0;
  const values = Array.isArray(header) ? header : [header];
  return Math.max(0, ...values.map((value) => parse(String(value).trim())).filter((wait) => wait <= MAX_BELIEVED_MS));
}

function parse(value: string): number {
  if (SECONDS.test(value)) return Number(value) * 1_000;
  if (!HTTP_DATE.test(value)) return 0;
  const date = Date.parse(/GMT$/.test(value) ? value : `${value} GMT`);
  return Number.isNaN(date) ? 0 : date - Date.now();
}
