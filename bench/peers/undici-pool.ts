import { Pool } from 'undici';
import { MAX_PAGE_ITEMS, type Order, type OrdersPage } from './orders.ts';

/**
 * The limit of undici: no retry, deadline, schema or key, one connection per request in flight, and
 * one page read ahead. Relies on ascending ids.
 */
export async function undiciPool(url: string, concurrency: number): Promise<void> {
  const pool = new Pool(url, { connections: concurrency });
  // Overlapping reads may skip orders; the next pass finds them.
  while (await drainOnce(pool, concurrency));
  await pool.close();
}

/** False when nothing was pending. */
async function drainOnce(pool: Pool, concurrency: number): Promise<boolean> {
  const queue: Order[] = [];
  let newest = 0;
  let exhausted = false;
  let reading: Promise<void> | undefined;

  const read = async (): Promise<void> => {
    const unseen = (await readPage(pool, queue.length)).filter(({ id }) => id > newest);
    newest = unseen.at(-1)?.id ?? newest;
    queue.push(...unseen);
    exhausted = unseen.length === 0;
    reading = undefined;
  };

  const work = async (): Promise<void> => {
    while (queue.length > 0 || !exhausted) {
      if (queue.length < MAX_PAGE_ITEMS / 2 && !exhausted) reading ??= read();
      const order = queue.shift();
      await (order ? processOrder(pool, order) : reading);
    }
  };

  await Promise.all(Array.from({ length: concurrency }, work));
  return newest > 0;
}

async function readPage(pool: Pool, offset: number): Promise<readonly Order[]> {
  const path = `/api/v1/orders?status=pending&offset=${offset}&limit=${MAX_PAGE_ITEMS}`;
  const { body } = await pool.request({ path, method: 'GET' });
  return ((await body.json()) as OrdersPage).items;
}

async function processOrder(pool: Pool, { id }: Order): Promise<void> {
  const { body } = await pool.request({ path: `/api/v1/orders/${id}/process`, method: 'POST' });
  await body.json();
}
