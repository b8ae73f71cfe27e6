import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { z } from 'zod';
import { anyAnswer, DataApiClient, path } from '../../src/data-api/index.js';
import { BatchTask, cursorPages, HOUR, type ItemContext } from '../../src/worker/index.js';

const page = z.object({ items: z.array(z.looseObject({ idle_days: z.int() })), next: z.string().nullish() });
type Ticket = z.infer<typeof page>['items'][number];

/** A list by cursor, and a PATCH for each of its items: closes tickets that have been idle. */
@Injectable()
export class CloseTicketsTask extends BatchTask<Ticket> {
  readonly name = 'close_tickets';

  readonly pages = cursorPages((cursor) =>
    this.dataApi.get('/api/v1/tickets', page, { query: { state: 'solved', cursor } }),
  );

  constructor(private readonly dataApi: DataApiClient) {
    super();
  }

  @Interval(HOUR)
  async processItem({ idle_days }: Ticket, { id }: ItemContext) {
    if (idle_days < 14) return 'skipped';
    await this.dataApi.patch(path`/api/v1/tickets/${id}`, anyAnswer, { key: `close:${id}`, body: { state: 'closed' } });
    return 'succeeded';
  }
}
