import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import { firstValueFrom } from 'rxjs';
import type { OrdersPage } from './orders.ts';

const BATCH_SIZE = 100;

/**
 * The loop that people write first: a page, its orders one by one, the next page. Advancing the
 * offset while the list shrinks would skip half of the orders, so it always reads the first page,
 * which costs the same.
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
