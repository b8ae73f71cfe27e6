import { FakeDataApi, type FakeRequest, runTask } from '../../testing/index.js';
import { WorkerError } from '../../worker/index.js';
import { ProcessPendingOrdersTask } from './process-pending-orders.task.js';

/** An API whose orders leave the pending list when they are processed. */
function ordersApi(count: number, process: (id: string) => void = () => {}) {
  let pending = Array.from({ length: count }, (_, index) => `${index + 1}`);
  return new FakeDataApi(({ method, path, query }: FakeRequest) => {
    if (method === 'GET') {
      const { offset, limit } = query as { offset: number; limit: number };
      return { items: pending.slice(offset, offset + limit).map((id) => ({ id: Number(id), customer: 'Ada' })) };
    }
    const id = path.split('/')[4] ?? '';
    process(id);
    pending = pending.filter((other) => other !== id);
    return { id };
  });
}

describe('process_pending_orders', () => {
  it('processes every order once, in pages of 100, with a key that names the order', async () => {
    const api = ordersApi(250);
    const result = await runTask(ProcessPendingOrdersTask, [api.provider]);
    expect(result).toHaveSucceeded();
    expect(result.run.result).toEqual({ processed: 250, failed: 0 });
    const posts = api.requests.filter(({ method }) => method === 'POST');
    expect(new Set(posts.map(({ key }) => key)).size).toBe(250);
    expect(posts).toContainEqual({ method: 'POST', path: '/api/v1/orders/17/process', key: 'process:17' });
    const reads = api.requests.filter(({ method }) => method === 'GET');
    expect(reads.every(({ query }) => query?.['limit'] === 100 && query['status'] === 'pending')).toBe(true);
  });

  it('names the orders that cannot be processed, and processes the rest', async () => {
    const api = ordersApi(120, (id) => {
      if (id === '3' || id === '115') throw new WorkerError('This order cannot be processed', 'HTTP_422');
    });
    const { run, failedItems } = await runTask(ProcessPendingOrdersTask, [api.provider]);
    expect(run).toMatchObject({ status: 'partial', result: { processed: 118, failed: 2 } });
    expect(failedItems.map(({ id, error }) => [id, error.code])).toEqual([
      ['3', 'HTTP_422'],
      ['115', 'HTTP_422'],
    ]);
  });
});
