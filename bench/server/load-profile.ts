/** What the load server shall be for the next measurement. */
export interface LoadProfile {
  /** Pending orders at the beginning. */
  readonly orders: number;
  /** Milliseconds from a request to its answer. */
  readonly latency: number;
  /** Requests in service at once; those beyond are answered 429 at once. Unlimited when absent. */
  readonly servesAtOnce?: number;
}

/** What the load server saw since it was given its profile. Times are its own, in milliseconds. */
export interface LoadStatistics {
  readonly requests: number;
  readonly processed: number;
  /** Answers 429. */
  readonly refused: number;
  /** Requests, and those of them that were refused, after the first two seconds. */
  readonly settled: { readonly requests: number; readonly refused: number };
  /** Requests for orders that had been processed, or never were. */
  readonly pointless: number;
  /** From the first request to the last answer. */
  readonly duration: number;
}

/** What the load server says by itself. */
export type LoadEvent = 'first request' | 'drained';

export type ServerCommand = { readonly load: LoadProfile } | { readonly report: true };

export type ServerMessage =
  | { readonly listening: number }
  | { readonly loaded: true }
  | { readonly event: LoadEvent }
  | { readonly statistics: LoadStatistics };
