import { FakeDataApi, runTask } from '../../testing/index.js';
import { CleanupOldOrdersTask } from './cleanup-old-orders.task.js';

describe('cleanup_old_orders', () => {
  it('deletes what is older than exactly 30 days before the reference instant', async () => {
    const dataApi = new FakeDataApi(() => ({ deleted_count: 7 }));
    const result = await runTask(CleanupOldOrdersTask, [dataApi.provider], {
      at: new Date('2026-11-23T12:30:00.000Z'),
    });
    expect(result).toHaveSucceeded();
    expect(result.run.result).toEqual({ deletedCount: 7 });
    expect(dataApi.requests).toEqual([
      { method: 'DELETE', path: '/api/v1/orders/cleanup', query: { before: '2026-10-24T12:30:00.000Z' } },
    ]);
  });

  it('takes the age from CLEANUP_OLDER_THAN', async () => {
    const dataApi = new FakeDataApi(() => ({ deleted_count: 0 }));
    await runTask(CleanupOldOrdersTask, [dataApi.provider], {
      at: new Date('2026-11-23T12:30:00.000Z'),
      settings: { CLEANUP_OLDER_THAN: '1h' },
    });
    expect(dataApi.requests[0]?.query).toEqual({ before: '2026-11-23T11:30:00.000Z' });
  });

  it('takes its own variable before its older name', async () => {
    const dataApi = new FakeDataApi(() => ({ deleted_count: 0 }));
    await runTask(CleanupOldOrdersTask, [dataApi.provider], {
      at: new Date('2026-11-23T12:30:00.000Z'),
      settings: { CLEANUP_OLDER_THAN: '1h', TASK_CLEANUP_OLD_ORDERS_OLDER_THAN: '2h' },
    });
    expect(dataApi.requests[0]?.query).toEqual({ before: '2026-11-23T10:30:00.000Z' });
  });

  it.each([{}, { deleted_count: -1 }, { deleted_count: '3' }, { deleted_count: 1.5 }, null, []])(
    'does not take %j for a success',
    async (answer) => {
      const { run } = await runTask(CleanupOldOrdersTask, [new FakeDataApi(() => answer).provider]);
      expect(run.status).toBe('failed');
    },
  );
});
