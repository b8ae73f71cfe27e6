/** How the load server behaves during the next measurement. */
export interface LoadProfile {
  /** Pending orders at the start. */
  readonly orders: number;
  /** Milliseconds from a request to its answer. */
  readonly latency: number;
  /** Requests served at once; further ones get 429 immediately. Absent: unlimited. */
  readonly servesAtOnce?: number;
}

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
}

/** What the load server reports unasked. */
export type LoadEvent = 'first request' | 'drained';

export type ServerCommand = { readonly load: LoadProfile } | { readonly report: true };

export type ServerMessage =
  | { readonly listening: number }
  | { readonly loaded: true }
  | { readonly event: LoadEvent }
  | { readonly statistics: LoadStatistics };
