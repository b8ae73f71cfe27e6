import { lazy } from './lazy.ts';
import { type Case, outcomeOf } from './hostile/outcomes.ts';
import { brokenAnswers, codeOf, wrongBodies } from './hostile/answers.ts';
import type { Behaviour, ScriptedServer } from './scripted-server.ts';

const MOST_PAGES = 60;

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
    expect(server.requestsFor('list orders').length).toBeLessThanOrEqual(MOST_PAGES);
    expect(server.model.keys.repeats).toBe(0);
  },
});

describe('a list that lies is read to a good end, each order processed once:', () => {
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

/** Each is an id as JSON text, because some cannot be written otherwise. */
const REJECTED: readonly (readonly [string, string])[] = [
  ['two dots', '".."'],
  ['one dot', '"."'],
  ['nothing', '""'],
  ['a line break', '"a\\r\\nX-Injected: 1"'],
  ['a NUL', '"a\\u0000b"'],
  ['a lone surrogate', '"a\\ud800"'],
  ['ten thousand characters', JSON.stringify('x'.repeat(10_000))],
];
const TAKEN: readonly (readonly [string, string])[] = [
  ['a slash', 'a/b'],
  ['an encoded slash', 'c%2Fd'],
  ['a question mark', '?status=done'],
  ['a fragment', '#'],
  ['a backslash', 'a\\b'],
  ['dots that lead up', '../../process'],
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
  ['a space', 'a b'],
  ['letters beyond ASCII', 'Ünïcode-😀'],
  ['digits', '42'],
];

/** Ids, as members of a JSON object, of which nobody can tell which order is meant. */
const UNUSABLE = {
  '2^60': '"id": 1152921504606846976',
  'an integer that would be rounded': '"id": 12345678901234567890',
  'a fraction': '"id": 1.5',
  null: '"id": null',
  'an object': '"id": {"id": "order-00000"}',
  'an array': '"id": ["order-00000"]',
  'a boolean': '"id": true',
  'no id at all': '"ID": "order-00000"',
};

describe('an id is data:', () => {
  const targetOf = (id: string): string => `/api/v1/orders/${encodeURIComponent(id)}/process`;

  const drained = lazy(async () => {
    const targets: string[] = [];
    let bytes = '';
    const outcome = await outcomeOf({
      task: 'process_pending_orders',
      prepare: ({ server }) => {
        server.model.addOrders(TAKEN.map(([, id]) => id));
        const ids = [...REJECTED.map(([, text]) => text), ...TAKEN.map(([, id]) => JSON.stringify(id))];
        const page = `{"items": [${ids.map((id) => `{"id": ${id}}`).join(', ')}]}`;
        server.on('list orders', (_, reply) => reply.send(200, page), 1);
      },
      inspect: ({ server }) => {
        targets.push(...server.requestsFor(({ method }) => method === 'POST').map(({ target }) => target));
        bytes = Buffer.concat(server.connections.flatMap(({ received }) => received)).toString('latin1');
      },
    });
    return { outcome, targets, bytes };
  });

  it.concurrent.each(REJECTED)('%s is refused', async (_, text) => {
    const { failedItems } = (await drained()).outcome;
    expect(failedItems[JSON.parse(text) as string]).toBe('BAD_ID');
  });

  it.concurrent.each(TAKEN)('%s is sent as one segment of the path', async (_, id) => {
    const { outcome, targets } = await drained();
    expect(targets).toContain(targetOf(id));
    expect(Object.keys(outcome.failedItems)).not.toContain(id);
  });

  it.concurrent('nothing is sent for what was refused, and all the others are processed', async () => {
    const { outcome, targets, bytes } = await drained();
    expect(targets.toSorted()).toEqual(TAKEN.map(([, id]) => targetOf(id)).toSorted());
    expect(bytes).not.toMatch(/^X-Injected/im);
    expect(outcome).toMatchObject({ code: 3, run: { status: 'partial', items: { failed: 7 } }, violations: [] });
  });

  it.concurrent('bookings without a usable one fail, the others are reminded', async () => {
    const startsAt = new Date(Date.now() + 1_800_000).toISOString();
    const outcome = await outcomeOf({
      task: 'send_reminders',
      prepare: ({ server }) => {
        server.model.addBookings([{ id: 'b1', startsAt, reminderSent: false }]);
        const ids = [...Object.values(UNUSABLE), '"id": "b1"'];
        const items = ids.map((id) => `{${id}, "starts_at": "${startsAt}"}`);
        server.on('list bookings', (_, reply) => reply.send(200, `{"items": [${items.join(', ')}]}`));
      },
      inspect: ({ server }) => expect(server.requestsFor('remind')).toHaveLength(1),
    });
    const failed = Object.keys(UNUSABLE).length;
    expect(outcome).toMatchObject({ code: 3, run: { result: { total: failed + 1, sent: 1, failed } }, violations: [] });
  });
});

/** A drain of orders behind some that nobody can process, and that therefore never leave the list. */
const withUnusable = (unusable: readonly string[], orders: number): Case => ({
  task: 'process_pending_orders',
  prepare: ({ server }) => {
    server.model.addNumberedOrders(orders);
    server.on('list orders', ({ query }, reply) => {
      const members = [...unusable, ...server.model.pendingOrders.map((id) => `"id": "${id}"`)];
      const offset = Number(query.get('offset'));
      const page = members.slice(offset, offset + Number(query.get('limit'))).map((member) => `{${member}}`);
      reply.send(200, `{"items": [${page.join(', ')}]}`);
    });
  },
  inspect: ({ server }) => {
    expect(server.requestsFor('list orders').length).toBeLessThanOrEqual(MOST_PAGES);
    expect(server.requestsFor('process order')).toHaveLength(orders);
  },
});

describe('an order without a usable id fails, is not taken for another, and holds up no other:', () => {
  it.concurrent.each<[string, readonly string[], number]>([
    ...Object.entries(UNUSABLE).map(([name, order]): [string, readonly string[], number] => [name, [order], 150]),
    ['all of these in one page', Object.values(UNUSABLE), 150],
    ['several of the same', Array.from({ length: 3 }, () => '"id": null'), 10],
    ['two that JSON.parse rounds to the same', ['"id": 12345678901234567890', '"id": 12345678901234567891'], 10],
    ['pages full of them', Array.from({ length: 250 }, (_, nr) => `"id": null, "number": ${nr}`), 150],
    ['nothing else', ['"id": null'], 0],
  ])('%s', async (_, unusable, orders) => {
    const { failedItems, ...outcome } = await outcomeOf(withUnusable(unusable, orders));
    const items = { total: orders + unusable.length, succeeded: orders, failed: unusable.length, skipped: 0 };
    expect(outcome).toMatchObject({ code: 3, run: { status: 'partial', error: null, items }, violations: [] });
    expect(Object.values(failedItems)).toEqual(unusable.map(() => 'BAD_ID'));
  });

  it.concurrent('also where the server shows it for ever, whatever it is asked', async () => {
    const outcome = await outcomeOf({
      task: 'process_pending_orders',
      prepare: ({ server }) => server.on('list orders', (_, reply) => reply.send(200, '{"items": [{"id": null}]}')),
    });
    expect(outcome).toMatchObject({ code: 3, run: { items: { total: 1, failed: 1 } }, violations: [] });
  });
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

describe('an answer to the processing of one order fails that order and no other:', () => {
  const hostile: Readonly<Record<string, Behaviour>> = {
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
    ...Object.fromEntries(
      [400, 409, 418, 422, 429, 500, 501, 503, 505].map((status) => [
        `status ${status}`,
        (_, reply) => reply.json(status, { detail: 'no' }),
      ]),
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
