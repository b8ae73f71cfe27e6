/** How the load server behaves during the next measurement. */
export interface LoadProfile {
  /** Pending orders at the start. */
  readonly orders: number;
  /** Milliseconds from a request to its answer. */
  readonly latency: number;
  /** Requests served at once; further ones get 429 immediately. Absent: unlimited. */
  readonly servesAtOnce?: number;
  /** What is beyond it gets 429 immediately. Absent: unlimited. */
  readonly limit?: RequestLimit;
}

/** How many requests the load server takes. */
export type RequestLimit =
  /** A number in each window, which begins with a request. */
  | { readonly requests: number; readonly windowMs: number }
  /** Evenly spaced, without a burst: nginx' `limit_req` with its defaults. */
  | { readonly perSecond: number };

/**
 * What the load server counted since it got its profile. Times in milliseconds of its own clock.
 */
export interface LoadStatistics {
  readonly requests: number;
  readonly processed: number;
  /** Answers 429. */
  readonly refused: number;
  /** Requests and refusals after the first two seconds. */
  readonly settled: { readonly requests: number; readonly refused: number };
  /** Requests for orders already processed or unknown. */
  readonly pointless: number;
  /** From the first request to the last answer. */
  readonly duration: number;
  /** Orders processed in each second from the first request on. */
  readonly bySecond: readonly number[];
}

/** What the load server reports unasked. */
export type LoadEvent = 'first request' | 'drained';

export type ServerCommand = { readonly load: LoadProfile } | { readonly report: true };

export type ServerMessage =
  | { readonly listening: number }
  | { readonly loaded: true }
  | { readonly event: LoadEvent }
  | { readonly statistics: LoadStatistics };
