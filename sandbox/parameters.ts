import { RequestError } from './request-error.ts';

/** RFC 3339, which is what `format: date-time` means: `Date.parse` alone takes `1` for a year. */
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** Milliseconds since the Unix epoch. */
export function instant(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? '';
  const time = DATE_TIME.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(time)) return time;
  throw badParameter(`${name} must be a date and time with a zone, such as 2026-11-23T12:30:00Z`);
}

export function integer(query: URLSearchParams, name: string, min: number, max: number, fallback: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  throw badParameter(`${name} must be a whole number from ${min} to ${max}`);
}

export function badParameter(message: string): RequestError {
  return new RequestError(400, 'bad_parameter', message);
}
