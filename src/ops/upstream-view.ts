import type { UpstreamPolicy } from '../data-api/policy/upstream-policy.js';

/** How the requests to one API fare. */
export interface UpstreamView {
  /** Scheme, host and port. */
  readonly name: string;
  /** `open`: nothing is sent but a probe now and then. `paused`: as it asked for. */
  readonly state: 'closed' | 'open' | 'paused';
  /** Since when its requests fail; null: they do not. */
  readonly since: Date | null;
  /** Why, for people; null when nothing is wrong. */
  readonly reason: string | null;
  /** Requests in flight at once, at the most. */
  readonly concurrencyLimit: number;
  /** Requests a second that it takes; null while no limit is known. */
  readonly requestsPerSecond: number | null;
}

export function upstreamView(upstream: UpstreamPolicy): UpstreamView {
  const { origin, breakerState, pausedFor, record, concurrencyLimit, requestsPerSecond } = upstream;
  const isOpen = breakerState !== 'closed';
  const pause = pausedFor > 0 && !isOpen ? `asked for a pause, ${Math.ceil(pausedFor / 1_000)} s are left` : null;
  return {
    name: origin,
    state: isOpen ? 'open' : pause === null ? 'closed' : 'paused',
    since: record.failingSince,
    reason: pause ?? record.lastError,
    concurrencyLimit,
    requestsPerSecond,
  };
}
