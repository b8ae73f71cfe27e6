import { type Case, outcomeOf } from './hostile/outcomes.ts';
import type { Behaviour, ScriptedServer } from './scripted-server.ts';

const MAX_PAGES = 60;

/** Answers every reading of the list with these ids, whatever has become of the orders. */
function listing(server: ScriptedServer, ids: (offset: number, reading: number) => readonly string[], times?: number) {
  const answer: Behaviour = ({ query }, reply) => {
    const reading = server.requestsFor('list orders').length;
    reply.json(200, { items: ids(Number(query.get('offset')), reading).map((id) => ({ id })) });
  };
  server.on('list orders', answer, times);
}

/** What was read is done before the next page comes. */
function listSlowly(server: ScriptedServer): void {
  server.on('list orders', (_, __, next) => void setTimeout(next, 50));
}

const numbered = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `order-${String(from + index).padStart(5, '0')}`);

const drain = (orders: number, prepare: (server: ScriptedServer) => void): Case => ({
  task: 'process_pending_orders',
  prepare: ({ server }) => {
    server.model.addNumberedOrders(orders);
    prepare(server);
  },
  inspect: ({ server }) => {
    expect(server.requestsFor('list orders').length).toBeLessThanOrEqual(MAX_PAGES);
    expect(server.model.keys.repeats).toBe(0);
  },
});

describe('a lying list, each order done once:', () => {
  it.concurrent.each<[string, Case]>([
    ['identical pages for ever', drain(100, (server) => listing(server, () => numbered(0, 100)))],
    [
      'pages that come in a circle',
      drain(300, (server) => listing(server, (_, reading) => numbered((reading % 3) * 100, 100))),
    ],
    [
      'a list that never lets go of what is done',
      drain(250, (server) => {
        listing(server, (offset) => numbered(0, 250).slice(offset, offset + 100));
        listSlowly(server);
      }),
    ],
    [
      'an order that is twice in a page',
      drain(10, (server) => listing(server, () => [...numbered(0, 10), ...numbered(0, 10)], 1)),
    ],
    [
      'orders that are in two pages, the second read while they are in work',
      drain(150, (server) => {
        server.model.latency = 50;
        listing(server, (_, reading) => (reading === 1 ? numbered(0, 100) : numbered(50, 100)), 2);
      }),
    ],
    [
      'orders that are in two pages, the second read when they are done',
      drain(150, (server) => {
        listing(server, (_, reading) => (reading === 1 ? numbered(0, 100) : numbered(50, 100)), 2);
        listSlowly(server);
      }),
    ],
    [
      'orders that linger in the list',
      drain(350, ({ model }) => {
        model.lag = 200;
      }),
    ],
    [
      'orders that arrive at the head of the list between pages',
      drain(300, (server) => {
        let round = 0;
        server.on('list orders', (_, __, next) => {
          if (++round <= 5) server.model.insertOrders(numbered(round * 1_000, 7));
          next();
        });
      }),
    ],
    [
      'orders that somebody else takes between pages',
      drain(300, (server) => {
        server.on('list orders', (_, __, next) => {
          next();
          server.model.withdrawOrders(server.model.pendingOrders.slice(0, 5));
        });
      }),
    ],
    [
      'an answer with a byte order mark',
      drain(1, (server) => {
        server.on('list orders', (_, reply) => {
          const items = server.model.pendingOrders.map((id) => ({ id }));
          reply.send(200, `\ufeff${JSON.stringify({ items })}`, { 'content-type': 'application/json' });
        });
      }),
    ],
    [
      'pages of another size than was asked for',
      drain(300, (server) => listing(server, () => server.model.pendingOrders.slice(0, 37))),
    ],
  ])('%s', async (_, hostile) => {
    expect(await outcomeOf(hostile)).toMatchObject({ code: 0, run: { status: 'succeeded' }, violations: [] });
  });

  it.concurrent('orders that arrive in front of those that have failed', async () => {
    const outcome = await outcomeOf({
      task: 'process_pending_orders',
      prepare: ({ server: { model }, server }) => {
        for (const id of model.addNumberedOrders(50, 'unprocessable')) model.unprocessable.add(id);
        server.on(
          ({ query }) => query.get('offset') === '50',
          (_, __, next) => {
            model.insertOrders(numbered(0, 20));
            next();
          },
          1,
        );
      },
    });
    expect(outcome).toMatchObject({ code: 3, run: { items: { succeeded: 20, failed: 50 } }, violations: [] });
  });
});

describe('an unreadable page costs no other:', () => {
  const refusal: Behaviour = (_, reply) => reply.json(500, { detail: 'no' });

  it.concurrent('it is read again when the others are done', async () => {
    const outcome = await outcomeOf(drain(250, (server) => server.on('list orders', refusal, 3)));
    expect(outcome).toMatchObject({ code: 0, run: { status: 'succeeded', items: { total: 250 } }, violations: [] });
  });

  it.concurrent('it is named as a failed item when it cannot be read then', async () => {
    const { code, run, failedItems } = await outcomeOf({
      task: 'process_pending_orders',
      prepare: ({ server }) => {
        server.model.addNumberedOrders(250);
        const broken = numbered(150, 1)[0]!;
        const answer: Behaviour = ({ query }, reply, next) => {
          const offset = Number(query.get('offset'));
          const isBroken = server.model.pendingOrders.slice(offset, offset + 100).includes(broken);
          if (isBroken) reply.json(500, { detail: 'no' });
          else next();
        };
        server.on('list orders', answer);
      },
      expectations: { everyOrderProcessed: false },
    });
    expect({ code, status: run.status, failed: run.items?.failed }).toEqual({ code: 3, status: 'partial', failed: 1 });
    expect(run.items?.succeeded).toBeGreaterThanOrEqual(150);
    expect(Object.entries(failedItems)).toEqual([[expect.stringMatching(/^page at offset \d+$/), 'HTTP_500']]);
  });
});

it.concurrent('a list that grows without end ends with a run that succeeds', async () => {
  const outcome = await outcomeOf({
    task: 'process_pending_orders',
    environment: { TASK_PROCESS_PENDING_ORDERS_TIMEOUT: '6s' },
    prepare: ({ server }) => {
      server.model.latency = 50;
      server.model.addNumberedOrders(300);
      let arrived = 300;
      server.on('process order', (_, __, next) => {
        server.model.addOrders(numbered(arrived++, 1));
        next();
      });
    },
    inspect: ({ server }) => expect(server.model.pendingOrders.length).toBeGreaterThanOrEqual(300),
    expectations: { everyOrderProcessed: false },
  });
  expect(outcome).toMatchObject({ code: 0, run: { status: 'succeeded', error: null }, violations: [] });
});

it.concurrent('bookings that come in pages are all reminded', async () => {
  const startsAt = new Date(Date.now() + 1_800_000).toISOString();
  const ids = numbered(0, 250);
  const outcome = await outcomeOf({
    task: 'send_reminders',
    prepare: ({ server }) => {
      server.model.addBookings(ids.map((id) => ({ id, startsAt, reminderSent: false })));
      server.on('list bookings', ({ query }, reply) => {
        const page = Number(query.get('page') ?? 0);
        const items = ids.slice(page * 100, page * 100 + 100).map((id) => ({ id, starts_at: startsAt }));
        reply.json(200, { items, next: page < 2 ? `/api/v1/bookings/upcoming?page=${page + 1}` : null });
      });
    },
    inspect: ({ server }) => expect(server.requestsFor('list bookings')).toHaveLength(3),
  });
  expect(outcome).toMatchObject({ code: 0, run: { result: { total: 250, sent: 250, failed: 0 } }, violations: [] });
});

describe('a page that is none fails the run:', () => {
  it.concurrent.each([
    ['no array', '{"items": {"id": "1"}}'],
    ['an item that is a text', '{"items": [{"id": "1"}, "2"]}'],
    ['an item that is null', '{"items": [null]}'],
    ['an item that is an array', '{"items": [[1]]}'],
  ])('%s', async (_, page) => {
    const outcome = await outcomeOf({
      task: 'process_pending_orders',
      prepare: ({ server }) => server.on('list orders', (__, reply) => reply.send(200, page)),
      inspect: ({ server }) => expect(server.requestsFor('process order')).toEqual([]),
    });
    expect(outcome).toMatchObject({ code: 1, run: { error: { code: 'BAD_ANSWER' } }, violations: [] });
  });
});
