import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { z } from 'zod';
import { anyAnswer, DataApiClient, InjectDataApi, path } from '../../src/data-api/index.js';
import { BatchTask, cursorPages, type ItemContext } from '../../src/worker/index.js';

const page = z.object({
  items: z.array(z.looseObject({ order: z.string(), total: z.number() })),
  next: z.string().nullish(),
});
type Invoice = z.infer<typeof page>['items'][number];

/**
 * Two APIs: reads invoices from billing, which wants OAuth, and books each in the Data API.
 *
 *     BILLING_API_URL=https://billing.example.com/v2
 *     BILLING_API_OAUTH_TOKEN_URL=https://login.example.com/token
 *     BILLING_API_OAUTH_CLIENT_ID=task-worker
 *     BILLING_API_OAUTH_CLIENT_SECRET_FILE=/run/secrets/billing
 */
@Injectable()
export class BookInvoicesTask extends BatchTask<Invoice> {
  readonly name = 'book_invoices';

  readonly pages = cursorPages((cursor) => this.billing.get('/invoices', page, { query: { cursor } }));

  constructor(
    private readonly dataApi: DataApiClient,
    @InjectDataApi('billing') private readonly billing: DataApiClient,
  ) {
    super();
  }

  @Cron('0 5 * * *', { timeZone: 'Europe/Berlin' })
  async processItem({ order, total }: Invoice, { id }: ItemContext): Promise<void> {
    const body = { invoice: id, total };
    await this.dataApi.patch(path`/api/v1/orders/${order}`, anyAnswer, { key: `book:${id}`, body });
  }
}
