import { FakeAnswer, FakeDataApi, keysetList, runTask, type TaskTest } from '../../src/testing/index.js';
import { SyncCustomersTask } from './sync-customers.task.js';

const customers = Array.from({ length: 150 }, (_, id) => ({
  id,
  changed_at: new Date(Date.UTC(2026, 0, 1) + id * 1_000).toISOString(),
}));
const last = customers.at(-1)?.changed_at;

async function sync(test: TaskTest, refused?: string) {
  const synced: string[] = [];
  const dataApi = new FakeDataApi({
    'GET /api/v1/customers': keysetList(customers, { field: 'changed_at', after: 'since' }),
  });
  const billing = new FakeDataApi({
    'PUT /customers/:id': ({ params: { id = '' } }) =>
      id === refused ? new FakeAnswer(null, {}, 422) : synced.push(id),
  });
  const result = await runTask(SyncCustomersTask, [dataApi.provider, billing.providerOf('billing')], test);
  return { ...result, result, synced };
}

describe('sync_customers', () => {
  it('begins with all, and goes on with what has changed since', async () => {
    const first = await sync({});
    expect(first.result).toHaveSucceeded();
    expect([first.synced.length, first.state]).toEqual([150, last]);
    const next = await sync({ state: customers[147]?.changed_at });
    expect([next.synced.toSorted(), next.state]).toEqual([['148', '149'], last]);
  });

  it('covers a customer that was refused once more', async () => {
    const { result, state } = await sync({ state: customers[99]?.changed_at }, '120');
    expect(result).toHaveEnded('partial');
    expect(state).toBe(customers[99]?.changed_at);
  });

  it('remembers over a crash how far it has come', async () => {
    const { result, state } = await sync({ crashAt: 'end' });
    expect(result).toHaveSucceeded();
    expect(result.run.attempt).toBe(2);
    expect(state).toBe(last);
  });
});
