import { Pool } from 'undici';

const BOOKINGS = '/api/v1/bookings';
/** Below so many waiting bookings the next page is asked for. */
const READ_AHEAD = 200;

interface BookingsPage {
  readonly items: readonly { readonly id: number }[];
  readonly next: string | null;
}

/** A list by cursor, read ahead of the work, and a POST for each item: nothing else. */
export async function undiciCursor(url: string, concurrency: number): Promise<void> {
  const pool = new Pool(url, { connections: concurrency + 1 });
  const queue: number[] = [];
  let next: string | null = '';
  let reading: Promise<void> | undefined;

  const read = async (): Promise<void> => {
    const { body } = await pool.request({ path: `${BOOKINGS}/upcoming${next}`, method: 'GET' });
    const page = (await body.json()) as BookingsPage;
    queue.push(...page.items.map(({ id }) => id));
    next = page.next;
    reading = undefined;
  };

  const work = async (): Promise<void> => {
    while (queue.length > 0 || next !== null || reading) {
      if (queue.length < READ_AHEAD && next !== null) reading ??= read();
      const id = queue.shift();
      await (id === undefined ? reading : remind(pool, id));
    }
  };

  await Promise.all(Array.from({ length: concurrency }, work));
  await pool.close();
}

async function remind(pool: Pool, id: number): Promise<void> {
  const { body } = await pool.request({ path: `${BOOKINGS}/${id}/remind`, method: 'POST' });
  await body.json();
}
