import type { IncomingHttpHeaders } from 'node:http';
import { readReset, readSeconds } from './server-time.js';

/** No server needs more; patterns that look for a name everywhere would take their time. */
const MAX_HEADER_CHARS = 1_024;

/** A quota of requests of which nothing is left. */
export interface UsedUpQuota {
  /** Until there is something again; 0 when the answer does not say. */
  readonly resetMs: number;
}

/**
 * Prefixes of `…-Remaining` and `…-Reset`: drafts 0 to 6 of `RateLimit`, and what came before them.
 */
const PREFIXES = ['ratelimit', 'x-ratelimit', 'x-rate-limit'];

/**
 * What an answer says of a quota that is used up; undefined when it has none, or something is left.
 *
 * - `RateLimit: "burst";r=0;t=2, "day";r=90;t=3600`: drafts 8 and later, an item for each quota
 * - `RateLimit: limit=100, remaining=0, reset=2`: draft 7
 * - `RateLimit-Remaining: 0` with `RateLimit-Reset: 2`: drafts 0 to 6
 * - `X-RateLimit-Remaining: 0` with `X-RateLimit-Reset-After: 0.35` (Discord), or with
 *   `X-RateLimit-Reset` as an instant (GitHub) or in seconds
 *
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 */
export function usedUpQuota(headers: IncomingHttpHeaders): UsedUpQuota | undefined {
  const resets = [...structured(headers), ...PREFIXES.flatMap((prefix) => paired(prefix, headers))];
  return resets.length > 0 ? { resetMs: Math.max(0, ...resets) } : undefined;
}

/** The waits for all quotas of `RateLimit` that are used up. */
function structured(headers: IncomingHttpHeaders): number[] {
  const header = textOf(headers, 'ratelimit')?.replaceAll(/"[^"]*"/g, '');
  if (header === undefined) return [];
  const items = /remaining\s*=/.test(header) ? [header] : header.split(',');
  return items.flatMap((item) => {
    const parameters = new Map(Array.from(item.matchAll(/(\w+)\s*=\s*([\d.]+)/g), ([, name, value]) => [name, value]));
    const left = parameters.get('r') ?? parameters.get('remaining');
    return left === '0' ? [readSeconds(parameters.get('t') ?? parameters.get('reset') ?? '') ?? 0] : [];
  });
}

function paired(prefix: string, headers: IncomingHttpHeaders): number[] {
  const left = textOf(headers, `${prefix}-remaining`);
  if (left === undefined || !(Number.parseFloat(left) <= 0)) return [];
  const after = readSeconds(textOf(headers, `${prefix}-reset-after`) ?? '');
  return [after ?? readReset(textOf(headers, `${prefix}-reset`) ?? '', headers) ?? 0];
}

function textOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value: unknown = headers[name];
  const text = Array.isArray(value) ? value.join(', ') : (value as string | undefined);
  return text?.slice(0, MAX_HEADER_CHARS);
}
