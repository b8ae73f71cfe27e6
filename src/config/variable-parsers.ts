import { isIPv6 } from 'node:net';
import { z } from 'zod';
import { DURATION_EXAMPLES, parseDuration } from '../time/duration.js';
import type { ConcurrencyBounds } from './settings.js';

export const MAX_CONCURRENCY = 1024;

/** A text that `parse` understands; the message says what is expected, for the list of problems. */
export function text<T>(expected: string, parse: (text: string) => T | undefined) {
  return z.string({ error: expected }).transform((value, context) => {
    const parsed = parse(value.trim());
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  });
}

export function duration(least: number, most: number, range: string) {
  return text(`${DURATION_EXAMPLES}, ${range}`, (value) => {
    const milliseconds = parseDuration(value);
    return milliseconds !== undefined && milliseconds >= least && milliseconds <= most ? milliseconds : undefined;
  });
}

export function oneOf<const T extends string>(...values: readonly T[]) {
  return text(`one of ${values.join(', ')}`, (value) => values.find((candidate) => candidate === value));
}

export function parseBaseUrl(value: string): string | undefined {
  // URL.parse would drop line breaks and tabs in silence.
  const url = /\s/.test(value) ? null : URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  // Credentials belong into the token, a query or fragment cannot be a prefix of a path.
  if (url.username || url.password || url.search || url.hash) return undefined;
  return url.href.replace(/\/+$/, '');
}

export function parseTokenUrl(value: string): string | undefined {
  const url = /\s/.test(value) ? null : URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.hash) return undefined;
  return url.href;
}

export function parseProxy(value: string): string | undefined {
  return /^(?:https?|socks5?):$/.test(URL.parse(value)?.protocol ?? '') ? value : undefined;
}

export function parseConcurrency(value: string): ConcurrencyBounds | undefined {
  const [, low, high] = /^(\d{1,4})(?:\.\.(\d{1,4}))?$/.exec(value) ?? [];
  if (low === undefined) return undefined;
  const bounds = { min: Number(low), max: Number(high ?? low) };
  return bounds.min >= 1 && bounds.min <= bounds.max && bounds.max <= MAX_CONCURRENCY ? bounds : undefined;
}

/** Requests a second. */
export function parseRate(value: string): number | undefined {
  const [, requests, unit] = /^(\d{1,6})\/([sm])$/.exec(value) ?? [];
  if (requests === undefined || Number(requests) === 0) return undefined;
  return Number(requests) / (unit === 'm' ? 60 : 1);
}

export function parseCount(value: string): number | undefined {
  const bounds = /^\d+$/.test(value) ? parseConcurrency(value) : undefined;
  return bounds?.max;
}

export function parsePort(value: string): number | undefined {
  return /^\d{1,5}$/.test(value) && Number(value) <= 65_535 ? Number(value) : undefined;
}

export function parseHost(value: string): string | undefined {
  return isIPv6(value) || /^[A-Za-z0-9]([A-Za-z0-9._-]{0,252})$/.test(value) ? value : undefined;
}

/** A token travels in a header: visible ASCII without spaces (RFC 9110 §5.5, RFC 6750 §2.1). */
export function parseToken(value: string): string | undefined {
  return /^[\x21-\x7e]{1,8192}$/.test(value) ? value : undefined;
}

/** Whoever knows the address may use it: its path is as secret as a password. */
export function parseSecretAddress(value: string): string | undefined {
  const url = /\s/.test(value) ? null : URL.parse(value);
  return url && /^https?:$/.test(url.protocol) && url.username === '' ? url.href : undefined;
}

export function parseOtlpHeaders(value: string): string | undefined {
  return value.split(',').every((pair) => /^\s*[\w!#$%&'*+.^`|~-]+\s*=[^,]*$/.test(pair)) ? value : undefined;
}

export function parseRatio(value: string): number | undefined {
  return /^(?:0(?:\.\d+)?|1(?:\.0+)?)$/.test(value) ? Number(value) : undefined;
}
