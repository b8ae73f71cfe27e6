import { type Sandbox, startSandbox } from './sandbox-server.ts';

describe('The sandbox', () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await startSandbox({ orders: 25, bookings: 6, reminded: 2, oldOrders: 4 });
  });
  afterEach(() => sandbox.close());

  const call = async (method: string, path: string, init: RequestInit = {}) => {
    const response = await fetch(sandbox.url + path, { method, ...init });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const ids = async (query: string) => {
    const { body } = await call('GET', `/api/v1/orders?status=pending&${query}`);
    return (body['items'] as { id: number }[]).map(({ id }) => id);
  };
  const post = (path: string, key: string) => call('POST', path, { headers: { 'Idempotency-Key': key } });

  it('lists pending orders oldest first, and drops one that was processed', async () => {
    const [first, second] = await ids('limit=10');
    expect(await post(`/api/v1/orders/${first}/process`, 'a')).toMatchObject({ status: 200 });
    expect((await ids('limit=10'))[0]).toBe(second);
    expect(await ids('offset=20&limit=10')).toHaveLength(4);
  });

  it('lists a processed order for a little longer, if asked to', async () => {
    sandbox.setKnobs({ processLagMs: 60_000 });
    const [first] = await ids('limit=1');
    await post(`/api/v1/orders/${first}/process`, 'a');
    expect(await ids('limit=1')).toEqual([first]);
  });

  it('applies an operation once per key, and answers the repeat alike', async () => {
    const [first] = await ids('limit=1');
    const answer = await post(`/api/v1/orders/${first}/process`, 'same');
    expect(await post(`/api/v1/orders/${first}/process`, 'same')).toEqual(answer);
    expect(sandbox.stats()).toMatchObject({ effects: 1, repeats: 1, pendingOrders: 24 });
  });

  it('answers 409 while a request with the key is in flight', async () => {
    sandbox.setKnobs({ latencyMs: 50 });
    const answers = await Promise.all([post('/api/v1/sync', 'k'), post('/api/v1/sync', 'k')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('deletes old orders, and knows the bookings of a window', async () => {
    const before = new Date(Date.now() - 30 * 86_400_000).toISOString();
    expect((await call('DELETE', `/api/v1/orders/cleanup?before=${before}`)).body).toEqual({ deleted_count: 4 });
    const window = `start=${new Date().toISOString()}&end=${new Date(Date.now() + 3_600_000).toISOString()}`;
    const { body } = await call('GET', `/api/v1/bookings/upcoming?${window}`);
    const bookings = body['items'] as { reminder_sent: boolean }[];
    expect(bookings.map(({ reminder_sent }) => reminder_sent)).toEqual([true, true, false, false, false, false]);
  });

  it('misbehaves as its knobs say', async () => {
    const [first] = await ids('limit=1');
    await call('PUT', '/sandbox/knobs', { body: JSON.stringify({ poisonedOrders: [first], failNextSyncs: 1 }) });
    expect(await post(`/api/v1/orders/${first}/process`, 'a')).toMatchObject({ status: 422 });
    expect((await post('/api/v1/sync', 's')).status).toBe(503);
    expect((await post('/api/v1/sync', 's')).status).toBe(200);
    sandbox.setKnobs({ outage: true });
    expect((await post('/api/v1/sync', 't')).status).toBe(503);
  });

  it.each([
    ['GET', '/api/v1/orders', 400],
    ['GET', '/api/v1/orders?status=pending&limit=0', 400],
    ['DELETE', '/api/v1/orders/cleanup?before=soon', 400],
    ['PUT', '/api/v1/sync', 405],
    ['GET', '/api/v2', 404],
    ['POST', '/api/v1/orders/999/process', 404],
  ])('answers %s %s with %i and a reason', async (method, path, status) => {
    expect(await call(method, path)).toMatchObject({ status, body: { error: { message: expect.any(String) } } });
  });
});
