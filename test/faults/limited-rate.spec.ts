import type { RecordedRun } from './scenario.ts';
import type { Behaviour } from './scripted-server.ts';
import { useScenario } from './use-scenario.ts';

const ORDERS = 150;
/** Half of them: a limit that is not found out refuses several times their number. */
const MAX_REFUSALS = 75;

/** Takes a request each spacing, and refuses what comes sooner: nginx' `limit_req` by default. */
function evenly(perSecond: number, refuse: Behaviour): Behaviour {
  let servedAt = -Infinity;
  return (request, reply, next) => {
    const now = performance.now();
    if (now - servedAt < 1_000 / perSecond) return refuse(request, reply, next);
    servedAt = now;
    next();
  };
}

/** Takes a number of requests in each window, which begins with a request. */
function inWindows(requests: number, lengthMs: number, refuse: Behaviour): Behaviour {
  let since = -Infinity;
  let count = 0;
  return (request, reply, next) => {
    const now = performance.now();
    if (now - since >= lengthMs) {
      since = now;
      count = 0;
    }
    if (++count > requests) return refuse(request, reply, next);
    next();
  };
}

describe('a Data API that limits requests a second, and says nothing but', () => {
  const test = useScenario();

  it.each<[string, number, (refuse: Behaviour) => Behaviour]>([
    ['429, 20 a second', 429, (refuse) => evenly(20, refuse)],
    ['503, 20 a second', 503, (refuse) => evenly(20, refuse)],
    ['429, 60 in 3 s', 429, (refuse) => inWindows(60, 3_000, refuse)],
  ])(
    '%s, processes all orders: no attempt spent, none blamed, breaker closed',
    async (_, status, limit) => {
      const { server } = test.current;
      server.model.addNumberedOrders(ORDERS);
      let refusals = 0;
      server.on(
        'any',
        limit((__, reply) => {
          refusals++;
          reply.json(status, { detail: 'slowly' });
        }),
      );

      const command = ['run', 'process_pending_orders', '--json'];
      const { code, stdout, stderr } = await test.current.run(command, {}, { timeout: 90_000 });
      const run = JSON.parse(stdout) as RecordedRun;

      expect(run).toMatchObject({ status: 'succeeded', attempt: 1, items: { succeeded: ORDERS, failed: 0 } });
      expect(code).toBe(0);
      expect(await test.current.failedItems(run.id)).toEqual([]);
      expect(refusals).toBeGreaterThan(0);
      expect(refusals).toBeLessThan(MAX_REFUSALS);
      expect(stderr).not.toContain('Data API is down');
    },
    120_000,
  );
});
