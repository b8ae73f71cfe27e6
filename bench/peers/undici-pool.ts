import { Pool } from 'undici';
import { LONGEST_PAGE, type Order, type OrdersPage } from './orders.ts';

/**
 * What undici can do at most: requests without retry, deadline, schema or key, a connection for
 * each, and a page read ahead of the lanes. Relies on ids that ascend.
 */
export async function undiciPool(url: string, concurrency: number): Promise<void> {
  const pool = new Pool(url, { connections: concurrency });
  // Overlapping reads may skip orders that the next pass finds.
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
      if (queue.length < LONGEST_PAGE / 2 && !exhausted) reading ??= read();
      const order = queue.shift();
      await (order ? processOrder(pool, order) : reading);
    }
  };

  await Promise.all(Array.from({ length: concurrency }, work));
  return newest > 0;
}

async function readPage(pool: Pool, offset: number): Promise<readonly Order[]> {
  const path = `/api/v1/orders?status=pending&offset=${offset}&limit=${LONGEST_PAGE}`;
  const { body } = await pool.request({ path, method: 'GET' });
  return ((await body.json()) as OrdersPage).items;
}

async function processOrder(pool: Pool, { id }: Order): Promise<void> {
  const { body } = await pool.request({ path: `/api/v1/orders/${id}/process`, method: 'POST' });
  await body.json();
}
