/** How the sandbox misbehaves. Every value can be changed while it runs: `PUT /sandbox/knobs`. */
export interface Knobs {
  /**
   * Milliseconds before an operation is applied and answered, and the maximum of a random delay
   * on top.
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
  /**
   * Requests served at once; further ones are answered with 429. Only noticeable with a latency.
   */
  maxConcurrent: number;
  /** Seconds in the `Retry-After` header of a 429; 0: no header. */
  retryAfter: number;
  /** Answers every request with 503. */
  outage: boolean;
  /** Milliseconds for which a processed order is still listed as pending. */
  processLagMs: number;
  /** Orders that are answered with 422, bookings whose reminder is answered with 500. */
  poisonedOrders: readonly string[];
  failingBookings: readonly string[];
  /** How many of the next syncs are answered with `failSyncStatus`. */
  failNextSyncs: number;
  failSyncStatus: number;
  /**
   * False: a repeat with the same `Idempotency-Key` is applied again. Effects are counted either
   * way.
   */
  honourKeys: boolean;
  /** The bearer token that requests must carry; empty: none. */
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

const MAX_TIMER_MS = 2 ** 31 - 1;
const SHARE_RANGE = [0, 1] as const;
const DELAY_RANGE_MS = [0, MAX_TIMER_MS] as const;
const FAILURE_STATUS_RANGE = [400, 599] as const;

const RANGES: Readonly<Record<string, readonly [min: number, max: number]>> = {
  latencyMs: DELAY_RANGE_MS,
  jitterMs: DELAY_RANGE_MS,
  errorRate: SHARE_RANGE,
  errorStatus: FAILURE_STATUS_RANGE,
  lostAnswerRate: SHARE_RANGE,
  processLagMs: DELAY_RANGE_MS,
  failSyncStatus: FAILURE_STATUS_RANGE,
};

const NUMBER_RANGE = [0, Number.MAX_SAFE_INTEGER] as const;

/** Checks the values. Throws a `TypeError` that names the first invalid or unknown knob. */
export function readKnobs(values: unknown): Partial<Knobs> {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new TypeError('expected an object with knobs');
  }
  const knobs = Object.entries(values).map(([name, value]) => [name, readKnob(name, value)]);
  return Object.fromEntries(knobs) as Partial<Knobs>;
}

function readKnob(name: string, value: unknown): unknown {
  if (!Object.hasOwn(DEFAULT_KNOBS, name)) {
    throw new TypeError(`unknown knob ${name}; the knobs are ${Object.keys(DEFAULT_KNOBS).join(', ')}`);
  }
  const like = DEFAULT_KNOBS[name as keyof Knobs];
  if (Array.isArray(like)) return readIds(name, value);
  if (typeof value !== typeof like) throw new TypeError(`${name} must be a ${typeof like}`);
  const [min, max] = RANGES[name] ?? NUMBER_RANGE;
  // NaN fails this comparison.
  if (typeof value === 'number' && !(value >= min && value <= max)) {
    throw new TypeError(`${name} must be a number from ${min} to ${max}`);
  }
  return value;
}

function readIds(name: string, value: unknown): string[] {
  const isId = (id: unknown): id is string | number => typeof id === 'string' || Number.isSafeInteger(id);
  if (Array.isArray(value) && value.every(isId)) return value.map(String);
  throw new TypeError(`${name} must be a list of ids`);
}
