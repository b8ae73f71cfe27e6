import { brokenAnswers, codeOf, wrongBodies } from './hostile/answers.ts';
import { outcomeOf } from './hostile/outcomes.ts';
import { lazy } from './lazy.ts';
import type { Behaviour } from './scripted-server.ts';

describe('an answer to the processing of one order fails no other:', () => {
  const hostile: Readonly<Record<string, Behaviour>> = {
    // First: that a 503 is one order's own is known by the others that are served meanwhile.
    ...Object.fromEntries(
      [400, 409, 418, 422, 500, 501, 503, 505, 520].map((status) => [
        `status ${status}`,
        (_, reply) => reply.json(status, { detail: 'no' }),
      ]),
    ),
    ...brokenAnswers('{"id": "order-00000"}'),
    ...Object.fromEntries(
      Object.entries(wrongBodies('{"id": "order-00000"}')).filter(([name]) =>
        [
          'an error in a 200',
          'HTML',
          'truncated JSON',
          'bytes that are no UTF-8',
          'JSON a million levels deep',
        ].includes(name),
      ),
    ),
  };
  const names = Object.keys(hostile);

  const outcome = lazy(() =>
    outcomeOf({
      task: 'process_pending_orders',
      environment: { DATA_API_CONCURRENCY: '2', DATA_API_TIMEOUT: '600ms' },
      prepare: ({ server }) => {
        server.model.addOrders(names.flatMap((name) => [name, `${name}, then a good one`]));
        for (const name of names) {
          server.model.unprocessable.add(name);
          server.on(({ path }) => path === `/api/v1/orders/${encodeURIComponent(name)}/process`, hostile[name]!);
        }
      },
    }),
  );

  it.concurrent.each(names)('%s', async (name) => {
    const code = name.startsWith('status ') ? name.replace('status ', 'HTTP_') : codeOf(name);
    expect((await outcome()).failedItems[name]).toEqual(code);
  });

  it.concurrent('every other order is processed', async () => {
    const { failedItems, ...rest } = await outcome();
    expect(rest).toMatchObject({ code: 3, run: { status: 'partial' }, violations: [] });
    expect(Object.keys(failedItems).toSorted()).toEqual(names.toSorted());
  });
});

describe('an order is not blamed', () => {
  it('for 429: the run ends at its deadline, every other order is processed', async () => {
    const outcome = await outcomeOf({
      task: 'process_pending_orders',
      environment: { TASK_PROCESS_PENDING_ORDERS_TIMEOUT: '5s' },
      prepare: ({ server }) => {
        server.model.addNumberedOrders(20);
        server.model.unprocessable.add('order-00007');
        server.on(
          ({ path }) => path.includes('order-00007'),
          (_, reply) => reply.json(429, { detail: 'slowly' }),
        );
      },
    });
    expect(outcome).toMatchObject({
      run: { status: 'timed_out', items: { succeeded: 19, failed: 0 } },
      violations: [],
    });
    expect(outcome.failedItems).toEqual({});
  });

  it('for taking longer than the timeout: its key is asked about until it is done', async () => {
    const outcome = await outcomeOf({
      task: 'process_pending_orders',
      environment: { DATA_API_TIMEOUT: '1s' },
      prepare: ({ server }) => {
        server.model.addNumberedOrders(4);
        const slowly: Behaviour = (_, __, next) => {
          server.model.latency = 4_000;
          next();
          server.model.latency = 0;
        };
        server.on('process order', slowly, 4);
      },
    });
    expect(outcome).toMatchObject({ code: 0, run: { status: 'succeeded', items: { succeeded: 4 } }, violations: [] });
  });
});
