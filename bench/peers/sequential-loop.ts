import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import { firstValueFrom } from 'rxjs';
import type { OrdersPage } from './orders.ts';

const BATCH_SIZE = 100;

/**
 * The loop of the document that this worker grew from, as people write it in Nest: a page, its
 * orders one by one, the next page. The original advances its offset while the list shrinks, and so
 * leaves half of the orders: here it reads at the beginning each time, which costs the same and is
 * right.
 */
export async function sequentialLoop(url: string): Promise<void> {
  const http = new HttpService(axios.create({ baseURL: url }));
  for (;;) {
    const params = { status: 'pending', offset: 0, limit: BATCH_SIZE };
    const { data } = await firstValueFrom(http.get<OrdersPage>('/api/v1/orders', { params }));
    if (data.items.length === 0) return;
    for (const { id } of data.items) await firstValueFrom(http.post(`/api/v1/orders/${id}/process`));
  }
}
