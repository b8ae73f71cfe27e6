import { parentPort, workerData } from 'node:worker_threads';
import pg from 'pg';

// Runs in a thread of its own, by its path: it imports nothing of this program but types.

/** Given to the thread. */
export interface BeatOrders {
  /** How to connect, for `pg`. */
  readonly connection: pg.ClientConfig;
  /** See `beatStatement`. */
  readonly statement: string;
  readonly processId: string;
  /** What it listens to beside; null where the server tells nothing. */
  readonly channel: string | null;
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** How long it beats for a main thread that gives no sign of life. */
  readonly maxSilenceMs: number;
  /** Where the main thread leaves the instant of its last sign of life, as a `bigint` in ns. */
  readonly life: SharedArrayBuffer;
}

/** Told to the thread: the process has entered itself anew. */
export interface BeatIdentity {
  readonly processId: string;
}

/** Told by the thread. Instants are of `process.hrtime`, in milliseconds. */
export type BeatNews =
  | {
      readonly kind: 'beaten';
      readonly sentAt: number;
      readonly sentAtWall: number;
      /** How far the database's clock is ahead of this machine's, and by how much that may err. */
      readonly offsetMs: number;
      readonly offsetErrorMs: number;
      readonly services: number;
    }
  | { readonly kind: 'missed'; readonly error: string }
  /** A process, this one or another, has something to tell. `sender`: its id. */
  | { readonly kind: 'told'; readonly sender: string }
  /** There is no entry: others have taken the process for dead, or it has not entered itself. */
  | { readonly kind: 'unknown' };

const orders = workerData as BeatOrders;
const life = new BigInt64Array(orders.life);
let { processId } = orders;
let client: pg.Client | undefined;

function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function tell(news: BeatNews): void {
  parentPort?.postMessage(news);
}

async function connect(): Promise<pg.Client> {
  const fresh = new pg.Client({
    ...orders.connection,
    connectionTimeoutMillis: orders.timeoutMs,
    query_timeout: orders.timeoutMs,
    keepAlive: true,
  });
  // The next beat finds out, and connects anew.
  fresh.on('error', () => undefined);
  try {
    await fresh.connect();
    fresh.on('notification', ({ payload = '' }) => tell({ kind: 'told', sender: payload }));
    if (orders.channel !== null) await fresh.query(`listen ${fresh.escapeIdentifier(orders.channel)}`);
    return fresh;
  } catch (error) {
    discard(fresh);
    throw error;
  }
}

/** A polite end would wait for a server that does not answer. */
function discard(connected: pg.Client): void {
  const { connection } = connected as unknown as { connection: { stream: { destroy(): void } } };
  connection.stream.destroy();
}

async function beat(): Promise<void> {
  const silentForMs = now() - Number(Atomics.load(life, 0)) / 1e6;
  if (silentForMs > orders.maxSilenceMs) return;
  try {
    client ??= await connect();
    const sentAt = now();
    const sentAtWall = Date.now();
    const { rows } = await client.query<{ seen_at: string; services: string }>(orders.statement, [processId]);
    const offsetErrorMs = (now() - sentAt) / 2;
    const [row] = rows;
    if (!row) return tell({ kind: 'unknown' });
    const offsetMs = Number(row.seen_at) - (sentAtWall + offsetErrorMs);
    tell({ kind: 'beaten', sentAt, sentAtWall, offsetMs, offsetErrorMs, services: Number(row.services) });
  } catch (error) {
    if (client) discard(client);
    client = undefined;
    tell({ kind: 'missed', error: error instanceof Error ? error.message : String(error) });
  }
}

/** One after the other, each a second after the last one began. */
async function beatForEver(): Promise<never> {
  for (;;) {
    const begun = now();
    await beat();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, begun + orders.everyMs - now())));
  }
}

parentPort?.on('message', (identity: BeatIdentity) => {
  ({ processId } = identity);
});
void beatForEver();
