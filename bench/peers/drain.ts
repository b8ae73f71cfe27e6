import { httpServiceWithPMap } from './http-service-p-map.ts';
import { sequentialLoop } from './sequential-loop.ts';
import { undiciPool } from './undici-pool.ts';

/**
 * Each peer drains all pending orders of the Data API at `url` with `concurrency` requests at once.
 */
const PEERS = { undiciPool, httpServiceWithPMap, sequentialLoop };

export type PeerName = keyof typeof PEERS;

const [peer = '', url = '', concurrency = ''] = process.argv.slice(2);
await PEERS[peer as PeerName](url, Number(concurrency));
