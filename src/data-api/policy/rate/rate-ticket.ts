/** How a request was spaced when it started. */
export interface Pace {
  /** Requests a second; 0 when it was not spaced. */
  readonly perSecond: number;
  /** It was the rate that held it back. */
  readonly isHeldBack: boolean;
  /** Requests in flight, with this one. */
  readonly inFlight: number;
}

/** One request that has started. Give it back with `passed`, `refused` or `abandoned`. */
export interface RateTicket {
  /** Counted from 1, as the calls of `started` are. */
  readonly sequence: number;
  /** Milliseconds, on the caller's monotonic clock. */
  readonly sentAt: number;
  readonly pace: Pace;
}

/** What a refusal says. */
export interface Refusal {
  /** For how long the answer asks to be sent nothing; 0 when it does not ask. */
  readonly pauseMs: number;
  /** False for an answer that has other meanings too: some upstreams give it at random. */
  readonly isCertain: boolean;
}

/**
 * What a refusal is about: too many requests in a second, or too many at once; `unknown`: either,
 * or a failure that is about neither.
 */
export type RefusalCause = 'rate' | 'concurrency' | 'unknown';
