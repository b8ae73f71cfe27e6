import type { IncomingHttpHeaders } from 'node:http';

/** No maintenance is announced in weeks: a longer wait is a mistake of the server and not believed. */
const LONGEST_BELIEVED = 24 * 60 * 60 * 1_000;
const SECONDS = /^\d{1,10}$/;
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d\d:\d\d:\d\d/;

/**
 * Milliseconds that the server asks to be left alone for (`Retry-After`, RFC 9110 §10.2.3: seconds or a date); of
 * several headers the longest. 0 when it asks for nothing, or for nonsense such as `-1`, `abc` or a date that is past.
 */
export function retryAfter(headers: IncomingHttpHeaders): number {
  const header: unknown = headers['retry-after'];
  if (header === undefined) return 0;
  const values = Array.isArray(header) ? header : [header];
  return Math.max(0, ...values.map((value) => parse(String(value).trim())).filter((wait) => wait <= LONGEST_BELIEVED));
}

function parse(value: string): number {
  if (SECONDS.test(value)) return Number(value) * 1_000;
  if (!HTTP_DATE.test(value)) return 0;
  const date = Date.parse(/GMT$/.test(value) ? value : `${value} GMT`);
  return Number.isNaN(date) ? 0 : date - Date.now();
}
