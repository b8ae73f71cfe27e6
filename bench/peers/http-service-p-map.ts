import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import { Agent } from 'node:http';
import pMap from 'p-map';
import { firstValueFrom } from 'rxjs';
import { MAX_PAGE_ITEMS, type OrdersPage } from './orders.ts';

/**
 * `HttpService` on its default transport at its best: a keep-alive agent with a socket for each
 * request, and without the wrapper that follows redirects.
 */
export async function httpServiceWithPMap(url: string, concurrency: number): Promise<void> {
  const httpAgent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const http = new HttpService(axios.create({ baseURL: url, httpAgent, maxRedirects: 0 }));
  for (;;) {
    const params = { status: 'pending', offset: 0, limit: MAX_PAGE_ITEMS };
    const { data } = await firstValueFrom(http.get<OrdersPage>('/api/v1/orders', { params }));
    if (data.items.length === 0) break;
    await pMap(data.items, ({ id }) => firstValueFrom(http.post(`/api/v1/orders/${id}/process`)), { concurrency });
  }
  httpAgent.destroy();
}
