import { z } from 'zod';
import type { DataApiClient } from '../../data-api/index.js';
import { HOUR, WorkerError } from '../../worker/index.js';

const BOOKINGS = '/api/v1/bookings/upcoming';

/** Bookings are read one by one, so that an odd one leaves no other without its reminder. */
const bookingsPage = z.object({
  items: z.array(z.looseObject({})),
  next: z.string().nullish(),
  has_more: z.boolean().nullish(),
});

export type ListedBooking = z.infer<typeof bookingsPage>['items'][number];

/** The bookings of an hour. A page names the next one (`next`), or only says that there is one. */
export async function* upcomingBookings(dataApi: DataApiClient, from: Date): AsyncGenerator<ListedBooking[]> {
  const hour = { start: from.toISOString(), end: new Date(from.getTime() + HOUR).toISOString() };
  let query: Record<string, string | number> | undefined = hour;
  for (let offset = 0; query;) {
    const page: z.infer<typeof bookingsPage> = await dataApi.get(BOOKINGS, bookingsPage, { query });
    yield page.items;
    offset += page.items.length;
    if (page.next) query = queryOf(page.next);
    else query = page.has_more && page.items.length > 0 ? { ...hour, offset } : undefined;
  }
}

/** Only the query counts: requests go to the Data API, whatever host the address names. */
function queryOf(next: string): Record<string, string> {
  const address = URL.parse(next, `http://data-api${BOOKINGS}`);
  if (address?.pathname.endsWith(BOOKINGS)) return Object.fromEntries(address.searchParams);
  const [shown = ''] = next.split('?', 1);
  throw new WorkerError(
    `${BOOKINGS} names a next page at another path, which is not followed: ${JSON.stringify(shown.slice(0, 200))}`,
    'BAD_ANSWER',
  );
}
