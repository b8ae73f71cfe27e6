import { outcomeOf } from './hostile/outcomes.ts';
import { ScriptedServer } from './scripted-server.ts';

const REDIRECTS = [301, 302, 303, 307, 308];

describe('a redirect to another host', () => {
  let other: ScriptedServer;

  beforeEach(async () => {
    other = await new ScriptedServer().listen();
  });

  afterEach(() => other.close());

  it.each([302, 307])('with %i is not followed when a list is read', async (status) => {
    const outcome = await outcomeOf({
      task: 'process_pending_orders',
      prepare: ({ server }) => {
        server.on('list orders', (_, reply) => reply.json(status, {}, { location: `${other.url}/api/v1/orders` }));
      },
    });
    expect(outcome).toMatchObject({ code: 1, run: { error: { code: `HTTP_${status}` } }, violations: [] });
    expect(other.connections).toEqual([]);
  });

  it('is not followed when an order is processed, whatever its status', async () => {
    const outcome = await outcomeOf({
      task: 'process_pending_orders',
      prepare: ({ server }) => {
        for (const status of REDIRECTS) {
          server.model.addOrders([`${status}`]);
          server.model.unprocessable.add(`${status}`);
        }
        server.on('process order', ({ path }, reply) => {
          reply.json(Number(path.split('/')[4]), {}, { location: `${other.url}${path}` });
        });
      },
    });
    expect(outcome.failedItems).toEqual(Object.fromEntries(REDIRECTS.map((status) => [status, `HTTP_${status}`])));
    expect(other.connections).toEqual([]);
  });
});

describe('Retry-After', () => {
  const past = 'Sun, 06 Nov 1994 08:49:37 GMT';

  it.concurrent.each([
    ['0', '0', 0],
    ['-1', '-1', 0],
    ['abc', 'abc', 0],
    ['nothing', '', 0],
    ['2147484, which overflows a timer', '2147484', 0],
    ['a number beyond all numbers', '9'.repeat(400), 0],
    ['a past date', past, 0],
    ['two headers, of which the longer counts', ['1', '2'], 2_000],
    ['two in one header', '2, 2', 2_000],
    ['seconds with decimals', '2.5', 2_500],
  ])('of %s neither hangs nor spins', async (_, value, least) => {
    const arrivals: number[] = [];
    const outcome = await outcomeOf({
      task: 'cleanup_old_orders',
      prepare: ({ server }) => server.on('clean up', (__, reply) => reply.json(429, {}, { 'retry-after': value }), 1),
      inspect: ({ server }) => arrivals.push(...server.requestsFor('clean up').map(({ at }) => at)),
    });
    expect(outcome).toMatchObject({ code: 0, run: { status: 'succeeded' }, violations: [] });
    expect(arrivals).toHaveLength(2);
    const [first = 0, second = 0] = arrivals;
    expect(second - first).toBeGreaterThanOrEqual(least);
    expect(second - first).toBeLessThan(least + 2_000);
  });

  it.concurrent('with a 403 is a pause, and not the fault of the token', async () => {
    const outcome = await outcomeOf({
      task: 'cleanup_old_orders',
      prepare: ({ server }) => server.on('clean up', (_, reply) => reply.json(403, {}, { 'retry-after': '1' }), 5),
    });
    expect(outcome).toMatchObject({ code: 0, run: { status: 'succeeded' }, violations: [] });
  });

  it.concurrent('beyond the deadline of the run is waited for until the deadline, and no longer', async () => {
    let requests = 0;
    const outcome = await outcomeOf({
      task: 'cleanup_old_orders',
      environment: { TASK_CLEANUP_OLD_ORDERS_TIMEOUT: '2s' },
      prepare: ({ server }) => server.on('clean up', (_, reply) => reply.json(429, {}, { 'retry-after': '3600' })),
      inspect: ({ server, processes }) => {
        requests = server.requestCount;
        expect(processes[0]?.output).not.toContain('does not listen to its signal');
      },
    });
    expect(outcome).toMatchObject({ run: { status: 'timed_out', error: { code: 'TIMED_OUT' } }, violations: [] });
    expect(outcome.duration).toBeLessThan(10_000);
    expect(requests).toBe(1);
  });

  it.concurrent('holds back the whole host: no other order is sent meanwhile', async () => {
    let pause = 0;
    await outcomeOf({
      task: 'process_pending_orders',
      environment: { DATA_API_CONCURRENCY: '1' },
      prepare: ({ server }) => {
        server.model.addNumberedOrders(5);
        server.on('process order', (_, reply) => reply.json(503, {}, { 'retry-after': '2' }), 1);
      },
      inspect: ({ server }) => {
        const [first, second] = server.requestsFor('process order').map(({ at }) => at);
        pause = second! - first!;
      },
    });
    expect(pause).toBeGreaterThanOrEqual(2_000);
  });
});
