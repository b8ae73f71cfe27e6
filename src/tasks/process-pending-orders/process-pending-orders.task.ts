import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { z } from 'zod';
import { anyAnswer, DataApiClient, path } from '../../data-api/index.js';
import { BatchTask, type ItemContext, type ItemCounts, MINUTE, shrinkingList } from '../../worker/index.js';

/** Ids are looked at order by order, so that one odd order holds up no other. */
const ordersPage = z.object({ items: z.array(z.looseObject({})) });

type Order = z.infer<typeof ordersPage>['items'][number];

export interface ProcessingResult {
  readonly processed: number;
  readonly failed: number;
}

/** Processes every pending order; one that cannot be processed is recorded and stops no other. */
@Injectable()
export class ProcessPendingOrdersTask extends BatchTask<Order, ProcessingResult> {
  readonly name = 'process_pending_orders';

  readonly pages = shrinkingList(async ({ offset, limit }) => {
    const query = { status: 'pending', offset, limit };
    return (await this.dataApi.get('/api/v1/orders', ordersPage, { query })).items;
  });

  constructor(private readonly dataApi: DataApiClient) {
    super();
  }

  @Interval(10 * MINUTE)
  async processItem(_order: Order, { id }: ItemContext): Promise<void> {
    await this.dataApi.post(path`/api/v1/orders/${id}/process`, anyAnswer, { key: `process:${id}` });
  }

  override summarize({ succeeded, failed }: ItemCounts): ProcessingResult {
    return { processed: succeeded, failed };
  }
}
