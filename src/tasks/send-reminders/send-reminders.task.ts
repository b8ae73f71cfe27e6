import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { z } from 'zod';
import { anyAnswer, DataApiClient, path } from '../../data-api/index.js';
import {
  BatchTask,
  Clock,
  cursorPages,
  type ItemContext,
  type ItemCounts,
  type ItemVerdict,
  MINUTE,
  WorkerError,
} from '../../worker/index.js';
import { type ListedBooking, upcomingBookings } from './upcoming-bookings.js';

const booking = z.object({
  reminder_sent: z.boolean().nullish(),
  starts_at: z.iso.datetime({ offset: true }).nullish(),
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

  readonly pages = cursorPages((cursor, { at }) => upcomingBookings(this.dataApi, at, cursor));

  constructor(
    private readonly dataApi: DataApiClient,
    private readonly clock: Clock,
  ) {
    super();
  }

  @Interval(5 * MINUTE)
  async processItem(item: ListedBooking, { id, at }: ItemContext): Promise<ItemVerdict> {
    const { reminder_sent, starts_at } = readBooking(item);
    if (reminder_sent || this.hasBegun(starts_at)) return 'skipped';
    const key = `remind:${id}:${starts_at ?? hourOf(at)}`;
    await this.dataApi.post(path`/api/v1/bookings/${id}/remind`, anyAnswer, { key });
    return 'succeeded';
  }

  override summarize({ total, succeeded, failed }: ItemCounts): RemindersResult {
    return { total, sent: succeeded, failed };
  }

  /** By the clock, not by the reference instant: a resumed run may be late. */
  private hasBegun(startsAt: string | null | undefined): boolean {
    return typeof startsAt === 'string' && Date.parse(startsAt) <= this.clock.now().getTime();
  }
}

function readBooking(item: ListedBooking): z.infer<typeof booking> {
  const read = booking.safeParse(item);
  if (read.success) return read.data;
  throw new WorkerError(`The booking does not match the expected schema: ${z.prettifyError(read.error)}`, 'BAD_ANSWER');
}

function hourOf(at: Date): string {
  return at.toISOString().slice(0, 13);
}
