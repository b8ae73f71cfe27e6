import type { KeyRecord, KeyTotals } from './key-table.ts';
import type { Knobs, KnobSettings } from './knobs.ts';
import type { SandboxStore } from './sandbox-store.ts';
import type { SeedSizes } from './seed.ts';
import type { RecordedRequest } from './traffic.ts';

export interface SandboxStats extends KeyTotals {
  /** Requests by route and status: `{ "GET /api/v1/orders": { "200": 3 } }`. */
  readonly requests: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly lastRequestAt: string | null;
  /** Requests being served now, and the highest number so far. */
  readonly serving: number;
  readonly maxConcurrent: number;
  readonly pendingOrders: number;
  /** Effects that happened more than once, with or without a key. */
  readonly ordersProcessedTwice: number;
  readonly bookingsRemindedTwice: number;
}

/** A running sandbox. */
export interface Sandbox {
  readonly url: string;
  readonly store: SandboxStore;
  readonly knobs: Readonly<Knobs>;
  stats(): SandboxStats;
  /** Every `Idempotency-Key` received, with its effects. */
  keys(): readonly KeyRecord[];
  /** The newest 1,000 answered requests. */
  requests(): readonly RecordedRequest[];
  /** Changes the given knobs. Throws a `TypeError` that names an invalid one. */
  setKnobs(knobs: KnobSettings): void;
  /**
   * Seeds again and forgets requests and keys; keeps the knobs. Sizes that are not given stay those
   * of the start.
   */
  reset(sizes?: Partial<SeedSizes>): void;
  /** Closes every connection. */
  close(): Promise<void>;
}
