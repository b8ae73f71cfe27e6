import type { Knobs } from './knobs.ts';
import type { Sandbox } from './sandbox.ts';
import { startSandbox } from './sandbox-server.ts';
import { SandboxClient } from './testing/sandbox-client.ts';

describe('The knobs of the sandbox', () => {
  let sandbox: Sandbox;
  let api: SandboxClient;

  beforeEach(async () => {
    sandbox = await startSandbox({ orders: 5, oldOrders: 0, bookings: 5 });
    api = new SandboxClient(sandbox);
  });
  afterEach(() => sandbox.close());

  const turn = (knobs: unknown) => api.call('PUT', '/sandbox/knobs', { body: JSON.stringify(knobs) });
  const syncStatus = async () => (await api.post('/api/v1/sync')).status;

  it('are shown and changed one by one while it runs', async () => {
    expect((await turn({ latencyMs: 3, poisonedOrders: [2] })).status).toBe(200);
    const { body } = await api.call('GET', '/sandbox/knobs');
    expect(body).toMatchObject({ latencyMs: 3, poisonedOrders: ['2'], outage: false });
  });

  it('poison orders and bookings', async () => {
    sandbox.setKnobs({ poisonedOrders: [2], failingBookings: ['3'] });
    expect((await api.process(2)).status).toBe(422);
    expect((await api.process(1)).status).toBe(200);
    expect((await api.post('/api/v1/bookings/3/remind')).status).toBe(500);
    expect((await api.post('/api/v1/bookings/4/remind')).status).toBe(200);
  });

  it('fail the next syncs', async () => {
    sandbox.setKnobs({ failNextSyncs: 2, failSyncStatus: 502 });
    expect([await syncStatus(), await syncStatus(), await syncStatus()]).toEqual([502, 502, 200]);
  });

  it('take the API down but stay reachable themselves', async () => {
    await turn({ outage: true });
    expect(await syncStatus()).toBe(503);
    await turn({ outage: false });
    expect(await syncStatus()).toBe(200);
  });

  it('fail a share of the requests without effect', async () => {
    sandbox.setKnobs({ errorRate: 0.5, errorStatus: 502 });
    const statuses = [];
    for (let left = 40; left > 0; left--) statuses.push(await syncStatus());
    expect(new Set(statuses)).toEqual(new Set([200, 502]));
    sandbox.setKnobs({ errorRate: 1 });
    expect((await api.process(1)).status).toBe(502);
    expect(sandbox.keys()).toMatchObject([{ key: 'process:1', requests: 1, effects: 0 }]);
    expect(sandbox.stats().pendingOrders).toBe(5);
  });

  it('answer 429 beyond the concurrency limit', async () => {
    sandbox.setKnobs({ latencyMs: 250, maxConcurrent: 3, retryAfter: 7 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => api.post('/api/v1/sync')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.map(({ headers }) => headers.get('retry-after'))).toEqual(['7', '7']);
    expect(sandbox.stats()).toMatchObject({ serving: 0, requests: { 'POST /api/v1/sync': { '200': 3, '429': 2 } } });
  });

  it('require a token', async () => {
    sandbox.setKnobs({ token: 'secret' });
    expect(await syncStatus()).toBe(401);
    const headers = { Authorization: 'Bearer secret' };
    expect((await api.call('POST', '/api/v1/sync', { headers })).status).toBe(200);
  });

  it.each<[Record<string, unknown>, keyof Knobs | 'latency']>([
    [{ errorStatus: 0 }, 'errorStatus'],
    [{ errorRate: 2 }, 'errorRate'],
    [{ latencyMs: -1 }, 'latencyMs'],
    [{ latencyMs: 2 ** 31 }, 'latencyMs'],
    [{ latencyMs: '5' }, 'latencyMs'],
    [{ poisonedOrders: 5 }, 'poisonedOrders'],
    [{ poisonedOrders: [null] }, 'poisonedOrders'],
    [{ latency: 5 }, 'latency'],
  ])('refuse %j, and name what does not fit', async (knobs, name) => {
    const { status, body } = await turn({ jitterMs: 1, ...knobs });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain(name);
    expect(sandbox.knobs.jitterMs).toBe(0);
    expect(await syncStatus()).toBe(200);
  });
});
