import { connect } from 'node:net';
import type { Sandbox } from './sandbox.ts';
import { startSandbox } from './sandbox-server.ts';
import { SandboxClient } from './testing/sandbox-client.ts';

const HOUR = 3_600_000;

describe('The sandbox', () => {
  let sandbox: Sandbox;
  let api: SandboxClient;

  beforeEach(async () => {
    sandbox = await startSandbox({ orders: 25, bookings: 6, reminded: 2, oldOrders: 4 });
    api = new SandboxClient(sandbox);
  });
  afterEach(() => sandbox.close());

  it('lists pending orders, oldest first, without processed ones', async () => {
    const [first, second] = await api.pendingIds();
    expect(await api.process(first)).toMatchObject({ status: 200, body: { status: 'processed' } });
    expect((await api.pendingIds('limit=10'))[0]).toBe(second);
    expect(await api.pendingIds('offset=20&limit=10')).toHaveLength(4);

    const { body } = await api.call('GET', '/api/v1/orders?status=pending');
    const created = (body['items'] as { created_at: string }[]).map(({ created_at }) => created_at);
    expect(created).toEqual([...created].sort());
    expect(body['total']).toBe(24);
  });

  it('lists a processed order until its lag is over', async () => {
    const [first, second] = await api.pendingIds();
    sandbox.setKnobs({ processLagMs: 60_000 });
    await api.process(first);
    expect(await api.pendingIds()).toContain(first);

    sandbox.setKnobs({ processLagMs: 5 });
    await api.process(second);
    while ((await api.pendingIds()).includes(second!));
    expect(sandbox.stats().pendingOrders).toBe(24);
  });

  it('deletes old orders, pending or not', async () => {
    const cleanUp = (before: number) =>
      api.call('DELETE', `/api/v1/orders/cleanup?before=${new Date(Date.now() + before).toISOString()}`);
    expect((await cleanUp(-30 * 24 * HOUR)).body).toEqual({ deleted_count: 4 });
    expect((await cleanUp(HOUR)).body).toEqual({ deleted_count: 25 });
    expect(await api.pendingIds()).toEqual([]);
    expect(sandbox.stats().pendingOrders).toBe(0);
  });

  it('never gives the id of a deleted order to a new one', async () => {
    const newest = (await api.pendingIds()).at(-1)!;
    await api.call('DELETE', '/api/v1/orders/cleanup?before=2100-01-01T00:00:00Z');
    const order = { customer: 'Ada', totalCents: 100, createdAt: Date.now(), status: 'pending' } as const;
    expect(sandbox.store.orders.add(order)).toBeGreaterThan(newest);
  });

  it('lists the bookings of a window', async () => {
    const next = await api.bookings(0, HOUR);
    expect(next.map(({ reminder_sent }) => reminder_sent)).toEqual([true, true, false, false, false, false]);
    expect(await api.bookings(HOUR, 48 * HOUR)).toHaveLength(10);
    expect(await api.bookings(-2 * HOUR, 0)).toHaveLength(5);
  });

  it('records that a reminder was sent', async () => {
    const unsent = (await api.bookings(0, HOUR)).find(({ reminder_sent }) => !reminder_sent)!;
    expect(await api.post(`/api/v1/bookings/${unsent.id}/remind`)).toMatchObject({ status: 200 });
    const again = (await api.bookings(0, HOUR)).find(({ id }) => id === unsent.id);
    expect(again?.reminder_sent).toBe(true);
  });

  it('reports what a sync has changed', async () => {
    const durationMs = expect.any(Number);
    expect((await api.post('/api/v1/sync')).body).toEqual({ created: 29, updated: 0, unchanged: 0, durationMs });
    await api.process((await api.pendingIds())[0]);
    expect((await api.post('/api/v1/sync')).body).toEqual({ created: 0, updated: 1, unchanged: 28, durationMs });
  });

  it.each([
    ['GET', '/api/v1/orders', 400],
    ['GET', '/api/v1/orders?status=pending&limit=0', 400],
    ['GET', '/api/v1/orders?status=pending&limit=1001', 400],
    ['GET', '/api/v1/orders?status=pending&offset=-1', 400],
    ['DELETE', '/api/v1/orders/cleanup', 400],
    ['DELETE', '/api/v1/orders/cleanup?before=1', 400],
    ['DELETE', '/api/v1/orders/cleanup?before=2026-11-23T12:00:00', 400],
    ['GET', '/api/v1/bookings/upcoming?start=2026-11-23T12:00:00Z&end=2026-11-23T11:00:00Z', 400],
    ['POST', '/api/v1/orders/%zz/process', 400],
    ['PUT', '/api/v1/sync', 405],
    ['GET', '/api/v2', 404],
    ['GET', '//', 404],
    ['POST', '/api/v1/orders/999/process', 404],
    ['POST', '/api/v1/orders/1e1/process', 404],
    ['POST', '/api/v1/bookings/999/remind', 404],
    ['DELETE', '/sandbox/stats', 404],
  ])('answers %s %s with %i and a reason', async (method, path, status) => {
    const reason = { code: expect.any(String), message: expect.any(String) };
    expect(await api.call(method, path)).toMatchObject({ status, body: { error: reason } });
    expect((await api.call('GET', '/sandbox/stats')).status).toBe(200);
  });

  it('names the allowed methods', async () => {
    expect((await api.call('PUT', '/api/v1/sync')).headers.get('allow')).toBe('POST');
  });

  it('applies a request whose client has disconnected', async () => {
    sandbox.setKnobs({ latencyMs: 20 });
    const { hostname, port } = new URL(sandbox.url);
    const socket = connect(Number(port), hostname);
    const [first] = await api.pendingIds('limit=1');
    socket.write(`POST /api/v1/orders/${first}/process HTTP/1.1\r\nHost: sandbox\r\n\r\n`);
    while (sandbox.stats().serving === 0) await new Promise(setImmediate);
    socket.destroy();
    while (sandbox.stats().serving > 0) await new Promise(setImmediate);
    expect(await api.pendingIds()).not.toContain(first);
  });

  it('applies nothing after it was closed', async () => {
    sandbox.setKnobs({ latencyMs: 5, errorRate: 1 });
    const cut = api.post('/api/v1/sync', 'sync:1').catch((error: Error) => error.name);
    while (sandbox.stats().serving === 0) await new Promise(setImmediate);
    await sandbox.close();
    expect(await cut).toBe('TypeError');
    await new Promise((resolve) => setTimeout(resolve, 15));
  });

  it('seeds the same data for the same seed', async () => {
    const customers = async () => {
      const { body } = await api.call('GET', '/api/v1/orders?status=pending&limit=5');
      return (body['items'] as { customer: string; total_cents: number }[]).map((order) => [
        order.customer,
        order.total_cents,
      ]);
    };
    const before = await customers();
    const ids = await api.pendingIds();
    await api.process(ids[0]);
    await api.call('POST', '/sandbox/reset');
    expect(await customers()).toEqual(before);
    expect(await api.pendingIds()).toEqual(ids);
    expect(sandbox.stats()).toMatchObject({ keys: 0, pendingOrders: 25 });
    sandbox.reset({ orders: 3 });
    expect(await api.pendingIds()).toHaveLength(3);
  });

  it.each(['{nope', '[]', '{"orders":"x"}', '{"orders":-1}', '{"order":1}'])('refuses the sizes %s', async (body) => {
    expect(await api.call('POST', '/sandbox/reset', { body })).toMatchObject({ status: 400 });
    expect(sandbox.stats().pendingOrders).toBe(25);
  });

  it('counts requests by route and status and keeps the latest', async () => {
    await api.post('/api/v1/sync', 'sync:1');
    await api.post('/api/v1/orders/999/process', 'process:999');
    await api.call('GET', '/sandbox/stats');
    expect(sandbox.stats().requests).toEqual({
      'POST /api/v1/sync': { '200': 1 },
      'POST /api/v1/orders/{id}/process': { '404': 1 },
    });
    expect((await api.call('GET', '/sandbox/requests')).body).toMatchObject([
      { method: 'POST', url: '/api/v1/sync', key: 'sync:1', status: 200 },
      { url: '/api/v1/orders/999/process', key: 'process:999', status: 404 },
    ]);
    expect(sandbox.stats().lastRequestAt).toBe(sandbox.requests()[1]?.at);
  });
});
