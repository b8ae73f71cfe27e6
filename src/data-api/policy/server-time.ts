import type { IncomingHttpHeaders } from 'node:http';

const SECONDS = /^\d{1,10}(?:\.\d*)?$/;
/** The three forms of RFC 9110 §5.6.7, and ISO 8601. */
const MOMENT = /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT)/;
const HAS_ZONE = /(?:GMT|Z|[+-]\d\d:?\d\d)$/;
/** Numbers from here on are not a wait but an instant: seconds, or milliseconds, since 1970. */
const FIRST_EPOCH_SECONDS = 1e9;
const FIRST_EPOCH_MS = 1e11;

/** `2`, `2.5` or `0.35` as milliseconds; undefined for anything else. */
export function readSeconds(text: string): number | undefined {
  return SECONDS.test(text.trim()) ? Number(text) * 1_000 : undefined;
}

/**
 * Milliseconds until a date, by the clock of the server that sent it: both are read off its answer.
 * Undefined when it is not a date.
 */
export function readDate(text: string, headers: IncomingHttpHeaders): number | undefined {
  const date = MOMENT.test(text.trim()) ? parse(text.trim()) : NaN;
  return Number.isNaN(date) ? undefined : date - serverNow(headers);
}

/** As `readSeconds` or `readDate`; large numbers are seconds or milliseconds since 1970. */
export function readReset(text: string, headers: IncomingHttpHeaders): number | undefined {
  const wait = readSeconds(text) ?? (/^\s*\d{13}\s*$/.test(text) ? Number(text) * 1_000 : undefined);
  if (wait === undefined) return readDate(text, headers);
  const number = wait / 1_000;
  if (number >= FIRST_EPOCH_MS) return number - serverNow(headers);
  return number >= FIRST_EPOCH_SECONDS ? wait - serverNow(headers) : wait;
}

/** On the clock of the server, which may be wrong. */
function serverNow({ date }: IncomingHttpHeaders): number {
  const now = date === undefined ? NaN : parse(date);
  return Number.isNaN(now) ? Date.now() : now;
}

function parse(date: string): number {
  return Date.parse(HAS_ZONE.test(date) ? date : `${date} GMT`);
}
