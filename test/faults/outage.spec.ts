import type { ScriptedServer } from './scripted-server.ts';
import { settings } from './scenario.ts';
import { useScenario } from './use-scenario.ts';

const FULL = process.env['FAULTS'] === 'full';
const OUTAGE = FULL ? 60_000 : 6_000;
/** 64 requests in flight when it begins, the retries that the budget allows, and the probes. */
const MAX_REQUESTS = 100;
const RECOVERY = 30_000;
const WINDOW = 500;

describe('an outage of the Data API, all 503', () => {
  const test = useScenario();

  it(`of ${OUTAGE / 1_000} s costs at most ${MAX_REQUESTS} requests; the full rate returns`, async () => {
    const { server } = test.current;
    server.model.latency = 10;
    server.model.addNumberedOrders(60_000);
    const worker = await test.current.start({
      ...settings('process_pending_orders', { SCHEDULE: 'every 30d', CATCH_UP: 'skip' }),
      RUN_ON_START: 'true',
      SHUTDOWN_TIMEOUT: '1s',
    });
    await requests(server, 3_000);
    const before = await rate(server);

    const count = server.requestCount;
    const end = server.on('any', (_, reply) => reply.json(503, { detail: 'down' }));
    await passed(OUTAGE);
    const during = server.requestCount - count;
    end();
    const backAt = Date.now();
    while ((await rate(server)) < 0.8 * before && Date.now() - backAt < RECOVERY + WINDOW);
    const recovery = Date.now() - backAt;
    await worker.stop();

    expect(during).toBeLessThanOrEqual(MAX_REQUESTS);
    expect(recovery).toBeLessThanOrEqual(RECOVERY);
    expect(worker.output).not.toContain('"failed":"');
    const [run] = await test.current.history();
    expect(run).toMatchObject({ attempt: 1, items: { failed: 0 } });
    test.expectations = { everyOrderProcessed: false };
  }, 180_000);

  it('from the start ends a run with a reason; the next one succeeds', async () => {
    const { server } = test.current;
    await server.refuse();
    const refused = await test.current.runTask('cleanup_old_orders');
    expect(refused).toMatchObject({ code: 6, run: { status: 'failed', error: { code: expect.any(String) } } });
    await server.listen();
    expect(await test.current.runTask('cleanup_old_orders')).toMatchObject({ code: 0, run: { status: 'succeeded' } });
  });
});

async function requests(server: ScriptedServer, count: number): Promise<void> {
  let left = count;
  await server.nextRequest(() => --left <= 0, 30_000);
}

/** Requests a second, measured now. */
async function rate(server: ScriptedServer): Promise<number> {
  const count = server.requestCount;
  await passed(WINDOW);
  return ((server.requestCount - count) * 1_000) / WINDOW;
}

/** Real time is what these promises are about. */
function passed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
