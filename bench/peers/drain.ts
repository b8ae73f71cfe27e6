import { httpServiceWithPMap } from './http-service-p-map.ts';
import { sequentialLoop } from './sequential-loop.ts';
import { undiciCursor } from './undici-cursor.ts';
import { undiciPool } from './undici-pool.ts';

/**
 * Each peer works through all pending orders of the Data API at `url`, or through its bookings,
 * with `concurrency` requests at once.
 */
const PEERS = { undiciPool, undiciCursor, httpServiceWithPMap, sequentialLoop };

export type PeerName = keyof typeof PEERS;

const [peer = '', url = '', concurrency = ''] = process.argv.slice(2);
await PEERS[peer as PeerName](url, Number(concurrency));
