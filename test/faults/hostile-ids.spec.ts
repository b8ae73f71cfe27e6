import { keptId } from '../../src/runs/foreign-text.ts';
import { lazy } from './lazy.ts';
import { type Case, outcomeOf } from './hostile/outcomes.ts';

const MAX_PAGES = 60;

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

/** Ids, as members of a JSON object, that do not tell which order is meant. */
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
    expect(failedItems[keptId(JSON.parse(text) as string)]).toBe('BAD_ID');
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

/** A drain of orders behind some that cannot be processed, and never leave the list. */
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
    expect(server.requestsFor('list orders').length).toBeLessThanOrEqual(MAX_PAGES);
    expect(server.requestsFor('process order')).toHaveLength(orders);
  },
});

describe('an order without a usable id fails, and holds up no other:', () => {
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

  it.concurrent('also where the server shows it for ever', async () => {
    const outcome = await outcomeOf({
      task: 'process_pending_orders',
      prepare: ({ server }) => server.on('list orders', (_, reply) => reply.send(200, '{"items": [{"id": null}]}')),
    });
    expect(outcome).toMatchObject({ code: 3, run: { items: { total: 1, failed: 1 } }, violations: [] });
  });
});
