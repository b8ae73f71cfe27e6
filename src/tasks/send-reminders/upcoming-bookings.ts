import { z } from 'zod';
import { type DataApiClient, linkTo, queryOf } from '../../data-api/index.js';
import { type Cursor, type CursorPage, HOUR, WorkerError } from '../../worker/index.js';

const BOOKINGS = '/api/v1/bookings/upcoming';

/** Bookings are read one by one, so that an odd one leaves no other without its reminder. */
const bookingsPage = z.object({
  items: z.array(z.looseObject({})),
  next: z.string().nullish(),
  has_more: z.boolean().nullish(),
});

export type ListedBooking = z.infer<typeof bookingsPage>['items'][number];

/**
 * A page of the bookings of an hour. It names the next one (`next`, or `Link: rel=next`), or
 * only says that there is one: its cursor is the offset then.
 */
export async function upcomingBookings(
  dataApi: DataApiClient,
  from: Date,
  cursor: Cursor = 0,
): Promise<CursorPage<ListedBooking>> {
  const hour = { start: from.toISOString(), end: new Date(from.getTime() + HOUR).toISOString() };
  const byOffset = cursor === 0 ? hour : { ...hour, offset: cursor };
  const query = typeof cursor === 'string' ? queryOf(cursor, BOOKINGS) : byOffset;
  const { value, headers } = await dataApi.answer('GET', BOOKINGS, bookingsPage, { query });
  const { items, has_more } = value;
  const next = value.next || linkTo(headers, 'next');
  if (next || !has_more || items.length === 0) return { items, next };
  if (typeof cursor === 'number') return { items, next: cursor + items.length };
  throw new WorkerError(`${BOOKINGS} says that there are more bookings, and names no next page`, 'BAD_ANSWER');
}
