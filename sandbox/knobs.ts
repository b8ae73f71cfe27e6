/** How the sandbox misbehaves. Every value can be changed while it runs: `PUT /sandbox/knobs`. */
export interface Knobs {
  /** Milliseconds before an answer, and up to how many more at random. */
  latencyMs: number;
  jitterMs: number;
  /** Share of requests, 0 to 1, that are answered with `errorStatus` and have no effect. */
  errorRate: number;
  errorStatus: number;
  /** Requests served at once; more are answered with 429. */
  maxConcurrent: number;
  /** Everything is answered with 503. */
  outage: boolean;
  /** Milliseconds for which a processed order is still listed as pending. */
  processLagMs: number;
  /** Orders that are answered with 422, bookings whose reminder is answered with 500. */
  poisonedOrders: string[];
  failingBookings: string[];
  /** So many of the next syncs are answered with 503. */
  failNextSyncs: number;
}

export const DEFAULT_KNOBS: Readonly<Knobs> = {
  latencyMs: 0,
  jitterMs: 0,
  errorRate: 0,
  errorStatus: 500,
  maxConcurrent: Number.MAX_SAFE_INTEGER,
  outage: false,
  processLagMs: 0,
  poisonedOrders: [],
  failingBookings: [],
  failNextSyncs: 0,
};

/** Those of the values that are knobs and fit; throws a `TypeError` that names the first that does not. */
export function readKnobs(values: unknown): Partial<Knobs> {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) throw new TypeError('expected an object');
  const knobs: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const like = (DEFAULT_KNOBS as Readonly<Record<string, unknown>>)[name];
    if (like === undefined)
      throw new TypeError(`there is no knob ${name}; there are ${Object.keys(DEFAULT_KNOBS).join(', ')}`);
    const list = Array.isArray(like);
    if (typeof value !== typeof like || Array.isArray(value) !== list) {
      throw new TypeError(`${name} has to be ${list ? 'a list of ids' : `a ${typeof like}`}`);
    }
    knobs[name] = list ? (value as unknown[]).map(String) : value;
  }
  return knobs;
}
