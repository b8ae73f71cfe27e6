import { Inject, Injectable, type Type } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { anyAnswer as AnyAnswer, DataApiClient as Client, path as Path } from '../../src/data-api/index.ts';
import type { Lease as HeldLease } from '../../src/ledger/lease.ts';
import type { BatchTask as Batch, ItemContext, shrinkingList as ShrinkingList } from '../../src/worker/index.ts';
import { fromWorker } from './built-worker.ts';
import { startWorker } from './worker-application.ts';

/**
 * A replica with a batch of pages of 1,000: `node batch-program.ts help` works on what others hold,
 * until SIGTERM; `node batch-program.ts hold N` holds the run, once N replicas live.
 */
const [, , part, replicas = '1'] = process.argv;

const { BatchTask, shrinkingList } = await fromWorker<{ BatchTask: typeof Batch; shrinkingList: typeof ShrinkingList }>(
  'worker/index.js',
);
const { anyAnswer, DataApiClient, path } = await fromWorker<{
  anyAnswer: typeof AnyAnswer;
  DataApiClient: Type<Client>;
  path: typeof Path;
}>('data-api/index.js');
const { Lease } = await fromWorker<{ Lease: Type<HeldLease> }>('ledger/lease.js');

const ordersPage = z.object({ items: z.array(z.looseObject({})) });
type Order = z.infer<typeof ordersPage>['items'][number];

class Orders extends BatchTask<Order> {
  readonly name = 'orders';
  override readonly manualOnly = true;

  readonly pages = shrinkingList<Order>(
    async ({ offset, limit }) =>
      (await this.dataApi.get('/api/v1/orders', ordersPage, { query: { status: 'pending', offset, limit } })).items,
    { pageSize: 1_000 },
  );

  private readonly dataApi: Client;

  constructor(dataApi: Client) {
    super();
    this.dataApi = dataApi;
  }

  async processItem(_order: Order, { id }: ItemContext): Promise<void> {
    await this.dataApi.post(path`/api/v1/orders/${id}/process`, anyAnswer, { key: `process:${id}` });
  }
}
Inject(DataApiClient)(Orders, undefined, 0);
Injectable()(Orders);

const worker = await startWorker({ tasks: [Orders] });
if (part === 'hold') {
  const lease = worker.get(Lease);
  while (lease.services < Number(replicas)) await sleep(50);
  await worker.run('orders');
  await worker.stop();
} else {
  process.once('SIGTERM', () => void worker.stop());
}
