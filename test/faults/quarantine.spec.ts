import { settings } from './scenario.ts';
import { useScenario } from './use-scenario.ts';

const ONCE = {
  ...settings('process_pending_orders', { SCHEDULE: 'every 30d', CATCH_UP: 'skip' }),
  DATA_API_CONCURRENCY: '4',
};
const POISON = 'order-00002';
const forPoison = ({ path }: { readonly path: string }): boolean => path === `/api/v1/orders/${POISON}/process`;

describe('an item in trouble', () => {
  const test = useScenario();

  it('that brings the process down three times is quarantined, and the rest goes on', async () => {
    const scenario = test.current;
    const { server } = scenario;
    server.model.addNumberedOrders(40);
    server.model.unprocessable.add(POISON);
    server.on(forPoison, () => scenario.processes.at(-1)?.kill('SIGKILL'));
    let kills = 0;
    for (let environment = { ...ONCE, RUN_ON_START: 'true' }; ; environment = { ...ONCE, RUN_ON_START: 'false' }) {
      const worker = await scenario.start(environment);
      const ended = worker.log.find(/^Run (succeeded|partial|failed)/, 30_000);
      if (await Promise.race([worker.exited, ended.then(() => undefined)])) expect(++kills).toBeLessThanOrEqual(3);
      else {
        await worker.stop();
        break;
      }
    }
    expect(kills).toBe(3);
    const [run] = await scenario.history('process_pending_orders');
    expect(run).toMatchObject({ status: 'partial', attempt: 4, result: { processed: 39, failed: 1 } });
    expect(await scenario.failedItems(run!.id)).toMatchObject([{ id: POISON, error: { code: 'QUARANTINED' } }]);
  });

  it('that fails in five runs in a row is left alone; `worker show` tells why', async () => {
    const { server } = test.current;
    server.model.addNumberedOrders(10);
    server.model.unprocessable.add(POISON);
    for (let round = 1; round <= 5; round++) {
      const { code, run } = await test.current.runTask('process_pending_orders');
      expect({ code, status: run.status, failed: run.items?.failed }).toEqual({
        code: 3,
        status: 'partial',
        failed: 1,
      });
    }
    const { run } = await test.current.runTask('process_pending_orders');
    expect(run).toMatchObject({ status: 'partial', items: { failed: 1 } });
    expect(server.requestsFor(forPoison)).toHaveLength(5);
    const [item] = await test.current.failedItems(run.id);
    expect(item).toMatchObject({ id: POISON, error: { code: 'QUARANTINED', message: expect.stringContaining('422') } });
  });

  it('without an id to remember is named in every run, never left alone', async () => {
    const { server } = test.current;
    server.on('list orders', (_, reply) => reply.json(200, { items: [{ id: null, number: 7 }] }));
    const names = new Set<string>();
    for (let round = 1; round <= 6; round++) {
      const { run } = await test.current.runTask('process_pending_orders');
      const [item] = await test.current.failedItems(run.id);
      expect(item).toMatchObject({ error: { code: 'BAD_ID' }, attempts: 0 });
      names.add(item!.id);
    }
    expect(names.size).toBe(1);
  });
});
