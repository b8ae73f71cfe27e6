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
} from '../../worker/index.js';

const bookings = z.object({
  items: z.array(
    z.looseObject({
      id: itemId,
      reminder_sent: z.boolean().default(false),
      starts_at: z.iso.datetime({ offset: true }).optional(),
    }),
  ),
});

type Booking = z.infer<typeof bookings>['items'][number];

export interface RemindersResult {
  readonly total: number;
  readonly sent: number;
  readonly failed: number;
}

/** Reminds every booking of the next hour, unless it was reminded already or has begun. */
@Injectable()
export class SendRemindersTask extends BatchTask<Booking, RemindersResult> {
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

  async fetchPage(_page: PageRequest, { at, signal }: TaskContext): Promise<Booking[]> {
    const query = { start: at.toISOString(), end: new Date(at.getTime() + HOUR).toISOString() };
    const { items } = await this.dataApi.get('/api/v1/bookings/upcoming', bookings, { query, signal });
    return items;
  }

  idOf(booking: Booking): string {
    return booking.id;
  }

  async processItem(booking: Booking, { at, signal }: TaskContext): Promise<ItemVerdict> {
    if (booking.reminder_sent || this.hasBegun(booking)) return 'skipped';
    const key = `remind:${booking.id}:${booking.starts_at ?? hourOf(at)}`;
    await this.dataApi.post(path`/api/v1/bookings/${booking.id}/remind`, anyAnswer, { key, signal });
    return 'succeeded';
  }

  summarize({ total, succeeded, failed }: ItemCounts): RemindersResult {
    return { total, sent: succeeded, failed };
  }

  /** By the clock, not by the reference instant: a resumed run may be late. */
  private hasBegun({ starts_at }: Booking): boolean {
    return starts_at !== undefined && Date.parse(starts_at) <= this.clock.now().getTime();
  }
}

function hourOf(at: Date): string {
  return at.toISOString().slice(0, 13);
}
