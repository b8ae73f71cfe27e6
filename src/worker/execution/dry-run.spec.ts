import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { anyAnswer, DataApiClient, path } from '../../data-api/index.js';
import { FakeDataApi, runTask } from '../../testing/index.js';
import { BaseTask } from '../authoring/base.task.js';
import { BatchTask } from '../authoring/batch.task.js';
import type { ItemContext } from '../authoring/item-context.js';
import { shrinkingList } from '../authoring/pages/shrinking-list.js';
import type { TaskContext } from '../authoring/task-context.js';

const params = z.object({ region: z.enum(['eu', 'us']).default('eu') });

@Injectable()
class ArchiveTask extends BaseTask {
  readonly name = 'archive';
  override readonly manualOnly = true;
  override readonly params = params;

  constructor(private readonly dataApi: DataApiClient) {
    super();
  }

  async execute({ params: { region }, isDryRun }: TaskContext<z.infer<typeof params>>) {
    const { total } = await this.dataApi.get('/invoices', z.object({ total: z.number() }));
    const body = { region, text: 'x'.repeat(1_000) };
    const { archived } = await this.dataApi.post('/archive', z.object({ archived: z.number() }), { key: 'k', body });
    return { total, archived, isDryRun };
  }
}

@Injectable()
class DrainTask extends BatchTask<{ readonly id: number }> {
  readonly name = 'drain';
  override readonly manualOnly = true;
  readonly pages = shrinkingList(({ offset, limit }) =>
    this.dataApi.get('/orders', z.array(z.object({ id: z.number() })), { query: { offset, limit } }),
  );

  constructor(private readonly dataApi: DataApiClient) {
    super();
  }

  async processItem(_item: unknown, { id }: ItemContext): Promise<void> {
    await this.dataApi.post(path`/orders/${id}/process`, anyAnswer, { key: `process:${id}` });
  }
}

describe('A dry run', () => {
  it('reads, and lists what it holds back, whatever the task makes of the answers', async () => {
    const dataApi = new FakeDataApi(() => ({ total: 7 }));
    const { run } = await runTask(ArchiveTask, [dataApi.provider], { dryRun: true, params: { region: 'us' } });
    expect(dataApi.requests).toEqual([{ method: 'GET', path: '/invoices' }]);
    expect(run).toMatchObject({
      status: 'succeeded',
      dryRun: true,
      params: { region: 'us' },
      result: { heldBack: 1, result: { total: 7, archived: 0, isDryRun: true } },
    });
    const [change] = (run.result as { changes: { body: string }[] }).changes;
    expect(change).toMatchObject({ method: 'POST', path: '/archive', key: 'k' });
    expect(change?.body).toMatch(/^\{"region":"us","text":"x+…$/);
    expect(change?.body.length).toBeLessThan(300);
  });

  it('goes through every item of a list that nothing leaves', async () => {
    const orders = Array.from({ length: 250 }, (_, id) => ({ id }));
    const dataApi = new FakeDataApi(({ query }) => {
      const offset = Number(query?.['offset']);
      return orders.slice(offset, offset + Number(query?.['limit']));
    });
    const { run } = await runTask(DrainTask, [dataApi.provider], { dryRun: true });
    expect(dataApi.requests.every(({ method }) => method === 'GET')).toBe(true);
    expect(run).toMatchObject({ status: 'succeeded', items: { total: 250 }, result: { heldBack: 250 } });
    expect((run.result as { changes: unknown[] }).changes).toHaveLength(100);
  });

  it('is not what a run is otherwise', async () => {
    const dataApi = new FakeDataApi(({ method }) => (method === 'GET' ? { total: 7 } : { archived: 3 }));
    const { run } = await runTask(ArchiveTask, [dataApi.provider]);
    expect(run).toMatchObject({ result: { total: 7, archived: 3, isDryRun: false } });
    expect(dataApi.requests).toHaveLength(2);
  });
});
