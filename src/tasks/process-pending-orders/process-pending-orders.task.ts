import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { z } from 'zod';
import { DataApiClient } from '../../data-api/data-api.client.js';
import { anyAnswer, itemId, path } from '../../data-api/index.js';
import {
  BatchTask,
  type ItemCounts,
  type ItemVerdict,
  MINUTE,
  type PageRequest,
  type TaskContext,
} from '../../worker/index.js';

const ordersPage = z.object({ items: z.array(z.looseObject({ id: itemId })) });

type Order = z.infer<typeof ordersPage>['items'][number];

export interface ProcessingResult {
  readonly processed: number;
  readonly failed: number;
}

/** Processes every pending order; one that cannot be processed is recorded and stops no other. */
@Injectable()
export class ProcessPendingOrdersTask extends BatchTask<Order, ProcessingResult> {
  readonly name = 'process_pending_orders';

  constructor(private readonly dataApi: DataApiClient) {
    super();
  }

  @Interval(10 * MINUTE)
  override execute(context: TaskContext): Promise<ProcessingResult> {
    return super.execute(context);
  }

  async fetchPage({ offset, limit }: PageRequest, { signal }: TaskContext): Promise<Order[]> {
    const query = { status: 'pending', offset, limit };
    const { items } = await this.dataApi.get('/api/v1/orders', ordersPage, { query, signal });
    return items;
  }

  idOf(order: Order): string {
    return order.id;
  }

  async processItem({ id }: Order, { signal }: TaskContext): Promise<ItemVerdict> {
    await this.dataApi.post(path`/api/v1/orders/${id}/process`, anyAnswer, { key: `process:${id}`, signal });
    return 'succeeded';
  }

  summarize({ succeeded, failed }: ItemCounts): ProcessingResult {
    return { processed: succeeded, failed };
  }
}
