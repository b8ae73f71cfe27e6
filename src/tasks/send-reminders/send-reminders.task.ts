import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { z } from 'zod';
import { DataApiClient } from '../../data-api/data-api.client.js';
import { anyAnswer, itemId, path } from '../../data-api/index.js';
import {
  BatchTask,
  Clock,
  HOUR,
  type ItemCounts,
  type ItemVerdict,
  MINUTE,
  type PageRequest,
  type TaskContext,
  WorkerError,
} from '../../worker/index.js';

const BOOKINGS = '/api/v1/bookings/upcoming';

const bookingsPage = z.object({ items: z.array(z.looseObject({ id: z.unknown().optional() })) });

type ListedBooking = z.infer<typeof bookingsPage>['items'][number];

/** Read item by item, so that one odd booking leaves no other without its reminder. */
const booking = z.object({
  reminder_sent: z.boolean().default(false),
  starts_at: z.iso.datetime({ offset: true }).optional(),
});

export interface RemindersResult {
  readonly total: number;
  readonly sent: number;
  readonly failed: number;
}

/** Reminds every booking of the next hour, unless it was reminded already or has begun. */
@Injectable()
export class SendRemindersTask extends BatchTask<ListedBooking, RemindersResult> {
  readonly name = 'send_reminders';
  override readonly listing = 'single page';

  constructor(
    private readonly dataApi: DataApiClient,
    private readonly clock: Clock,
  ) {
    super();
  }

  @Interval(5 * MINUTE)
  override execute(context: TaskContext): Promise<RemindersResult> {
    return super.execute(context);
  }

  async fetchPage(_page: PageRequest, { at, signal }: TaskContext): Promise<ListedBooking[]> {
    const query = { start: at.toISOString(), end: new Date(at.getTime() + HOUR).toISOString() };
    const { items } = await this.dataApi.get(BOOKINGS, bookingsPage, { query, signal });
    return items;
  }

  idOf({ id }: ListedBooking): string {
    return itemId(id, BOOKINGS);
  }

  async processItem(item: ListedBooking, { at, signal }: TaskContext): Promise<ItemVerdict> {
    const id = this.idOf(item);
    const { reminder_sent, starts_at } = readBooking(item);
    if (reminder_sent || this.hasBegun(starts_at)) return 'skipped';
    const key = `remind:${id}:${starts_at ?? hourOf(at)}`;
    await this.dataApi.post(path`/api/v1/bookings/${id}/remind`, anyAnswer, { key, signal });
    return 'succeeded';
  }

  summarize({ total, succeeded, failed }: ItemCounts): RemindersResult {
    return { total, sent: succeeded, failed };
  }

  /** By the clock, not by the reference instant: a resumed run may be late. */
  private hasBegun(startsAt: string | undefined): boolean {
    return startsAt !== undefined && Date.parse(startsAt) <= this.clock.now().getTime();
  }
}

function readBooking(item: ListedBooking): z.infer<typeof booking> {
  const read = booking.safeParse(item);
  if (read.success) return read.data;
  throw new WorkerError(`The booking is not as agreed: ${z.prettifyError(read.error)}`, 'BAD_ANSWER');
}

function hourOf(at: Date): string {
  return at.toISOString().slice(0, 13);
}
