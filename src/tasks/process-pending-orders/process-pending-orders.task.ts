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

const ORDERS = '/api/v1/orders';

/** The id is looked at item by item, so that one odd order holds up no other. */
const ordersPage = z.object({ items: z.array(z.looseObject({ id: z.unknown().optional() })) });

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
    const { items } = await this.dataApi.get(ORDERS, ordersPage, { query, signal });
    return items;
  }

  idOf({ id }: Order): string {
    return itemId(id, ORDERS);
  }

  async processItem(order: Order, { signal }: TaskContext): Promise<ItemVerdict> {
    const id = this.idOf(order);
    await this.dataApi.post(path`/api/v1/orders/${id}/process`, anyAnswer, { key: `process:${id}`, signal });
    return 'succeeded';
  }

  summarize({ succeeded, failed }: ItemCounts): ProcessingResult {
    return { processed: succeeded, failed };
  }
}
