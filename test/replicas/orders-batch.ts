import { settings } from '../faults/scenario.ts';

/** Items that each replica has in work at once. */
export const CONCURRENCY = 8;
export const LEASE_MS = 5_500;
export const TAKEN_OVER_WITHIN_MS = 10_000;

export const ORDERS = 'process_pending_orders';
/** A batch that one replica begins right after its start; a further slot is a month away. */
export const BATCH = {
  ...settings(ORDERS, { SCHEDULE: 'every 30d', CATCH_UP: 'skip' }),
  DATA_API_CONCURRENCY: String(CONCURRENCY),
};

/** What a replica logs that takes part in a batch of another one. */
export const HELPS = /Processing items of a run/;
