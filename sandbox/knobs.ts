/** How the sandbox misbehaves. Every value can be changed while it runs: `PUT /sandbox/knobs`. */
export interface Knobs {
  /**
   * Milliseconds before an operation is applied and answered, and up to how many more at random.
   */
  latencyMs: number;
  jitterMs: number;
  /** Share of requests, 0 to 1, that are answered with `errorStatus` and have no effect. */
  errorRate: number;
  errorStatus: number;
  /**
   * Share of requests, 0 to 1, whose operation is applied and whose answer is lost: the connection
   * is cut.
   */
  lostAnswerRate: number;
  /** Requests served at once; more are answered with 429. Shows only together with a latency. */
  maxConcurrent: number;
  /** Seconds of the `Retry-After` that goes with a 429; 0: none. */
  retryAfter: number;
  /** Everything is answered with 503. */
  outage: boolean;
  /** Milliseconds for which a processed order is still listed as pending. */
  processLagMs: number;
  /** Orders that are answered with 422, bookings whose reminder is answered with 500. */
  poisonedOrders: readonly string[];
  failingBookings: readonly string[];
  /** So many of the next syncs are answered with `failSyncStatus`. */
  failNextSyncs: number;
  failSyncStatus: number;
  /**
   * False: a repeat under the same `Idempotency-Key` is applied again. Effects are counted all the
   * same.
   */
  honourKeys: boolean;
  /** The bearer token that is asked for; empty: none. */
  token: string;
}

/** Numbers are accepted as ids too. */
export type KnobSettings = {
  readonly [Name in keyof Knobs]?: Knobs[Name] extends readonly string[] ? readonly (string | number)[] : Knobs[Name];
};

export const DEFAULT_KNOBS: Readonly<Knobs> = {
  latencyMs: 0,
  jitterMs: 0,
  errorRate: 0,
  errorStatus: 500,
  lostAnswerRate: 0,
  maxConcurrent: Number.MAX_SAFE_INTEGER,
  retryAfter: 1,
  outage: false,
  processLagMs: 0,
  poisonedOrders: [],
  failingBookings: [],
  failNextSyncs: 0,
  failSyncStatus: 503,
  honourKeys: true,
  token: '',
};

const LONGEST_TIMER = 2 ** 31 - 1;
const ANY_SHARE = [0, 1] as const;
const ANY_DELAY = [0, LONGEST_TIMER] as const;
const ANY_FAILURE = [400, 599] as const;

const RANGES: Readonly<Record<string, readonly [least: number, most: number]>> = {
  latencyMs: ANY_DELAY,
  jitterMs: ANY_DELAY,
  errorRate: ANY_SHARE,
  errorStatus: ANY_FAILURE,
  lostAnswerRate: ANY_SHARE,
  processLagMs: ANY_DELAY,
  failSyncStatus: ANY_FAILURE,
};

const ANY_NUMBER = [0, Number.MAX_SAFE_INTEGER] as const;

/**
 * The values as knobs; throws a `TypeError` that names the first that does not fit, or that is
 * none.
 */
export function readKnobs(values: unknown): Partial<Knobs> {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new TypeError('an object with knobs is expected');
  }
  const knobs = Object.entries(values).map(([name, value]) => [name, readKnob(name, value)]);
  return Object.fromEntries(knobs) as Partial<Knobs>;
}

function readKnob(name: string, value: unknown): unknown {
  if (!Object.hasOwn(DEFAULT_KNOBS, name)) {
    throw new TypeError(`there is no knob ${name}; there are ${Object.keys(DEFAULT_KNOBS).join(', ')}`);
  }
  const like = DEFAULT_KNOBS[name as keyof Knobs];
  if (Array.isArray(like)) return readIds(name, value);
  if (typeof value !== typeof like) throw new TypeError(`${name} has to be a ${typeof like}`);
  const [least, most] = RANGES[name] ?? ANY_NUMBER;
  // Written so that NaN does not pass.
  if (typeof value === 'number' && !(value >= least && value <= most)) {
    throw new TypeError(`${name} has to be a number from ${least} to ${most}`);
  }
  return value;
}

function readIds(name: string, value: unknown): string[] {
  const isId = (id: unknown): id is string | number => typeof id === 'string' || Number.isSafeInteger(id);
  if (Array.isArray(value) && value.every(isId)) return value.map(String);
  throw new TypeError(`${name} has to be a list of ids`);
}
