import { z } from 'zod';
import { anyAnswer, linkTo, path, queryOf } from '../data-api/index.js';
import { cursorList, FakeAnswer, FakeDataApi, keysetList, linkedList, offsetList } from './index.js';

const items = Array.from({ length: 5 }, (_, id) => ({ id, changed: `2026-01-0${id + 1}` }));
const list = z.object({ items: z.array(z.object({ id: z.number() })), next: z.string().nullish() });
const idsOf = (page: { readonly items: readonly { readonly id: number }[] }) => page.items.map(({ id }) => id);

describe('A fake API with routes', () => {
  it('finds ids in paths, decoded', async () => {
    const api = new FakeDataApi({ 'PUT /orders/:id/:part': ({ params }) => params });
    expect(await api.put(path`/orders/${'a/b'}/lines`, anyAnswer)).toEqual({ id: 'a/b', part: 'lines' });
  });

  it('answers 404 and 405 for what it does not have, as the client reports them', async () => {
    const api = new FakeDataApi({ 'GET /orders': [] });
    await expect(api.get('/order', anyAnswer)).rejects.toMatchObject({ code: 'HTTP_404', itemGone: true });
    await expect(api.delete('/orders', anyAnswer)).rejects.toMatchObject({ code: 'HTTP_405' });
  });

  it.each([
    [401, { code: 'UNAUTHORIZED', endsRun: true }],
    [403, { code: 'UNAUTHORIZED', endsRun: true }],
    [410, { code: 'HTTP_410', itemGone: true }],
    [503, { code: 'HTTP_503', message: expect.stringMatching(/answered 503: .*Busy/) }],
  ])('has a %i reported as the client does', async (status, error) => {
    const api = new FakeDataApi({ 'GET /orders': new FakeAnswer({ message: 'Busy' }, {}, status) });
    await expect(api.get('/orders', anyAnswer)).rejects.toMatchObject(error);
  });

  it('does not take for a success what the client would not', async () => {
    const api = new FakeDataApi({ 'GET /a': { ok: false }, 'GET /b': { total: 'many' } });
    await expect(api.get('/a', anyAnswer)).rejects.toMatchObject({ code: 'BAD_ANSWER' });
    await expect(api.get('/b', z.object({ total: z.number() }))).rejects.toMatchObject({ code: 'BAD_ANSWER' });
  });

  it('versions what it has', async () => {
    const orders: unknown[] = [];
    const api = new FakeDataApi({ 'GET /orders': () => orders });
    const first = await api.getIfChanged('/orders', anyAnswer);
    expect(await api.getIfChanged('/orders', anyAnswer, { etag: first?.etag })).toBeUndefined();
    orders.push({ id: 1 });
    expect(await api.getIfChanged('/orders', anyAnswer, { etag: first?.etag })).toMatchObject({ value: [{ id: 1 }] });
  });

  it('has each keyed change made once', async () => {
    let made = 0;
    const api = new FakeDataApi({ 'POST /orders': () => ({ id: ++made }) });
    const post = (key: string) => api.post('/orders', anyAnswer, { key });
    expect(await Promise.all([await post('a'), await post('a'), await post('b')])).toEqual(
      [1, 1, 2].map((id) => ({ id })),
    );
    expect(api.requests).toHaveLength(3);
  });

  it.each([new FakeAnswer({}, {}, 503), new FakeAnswer({}, {}, 429), new Error('reset')])(
    'makes a change that has failed for now when it comes again: case %#',
    async (failure) => {
      const answers = [failure, { id: 1 }];
      const api = new FakeDataApi({ 'POST /orders': () => answers.shift() });
      await expect(api.post('/orders', anyAnswer, { key: 'a' })).rejects.toThrow();
      expect(await api.post('/orders', anyAnswer, { key: 'a' })).toEqual({ id: 1 });
    },
  );

  it('reads lists as APIs do: by offset, cursor, link or key', async () => {
    const api = new FakeDataApi({
      'GET /offset': offsetList(items),
      'GET /cursor': cursorList(items, { pageSize: 2 }),
      'GET /link': linkedList(items, { pageSize: 3 }),
      'GET /keyset': keysetList(items, { field: 'changed', after: 'since' }),
    });
    expect(idsOf(await api.get('/offset', list, { query: { offset: 1, limit: 3 } }))).toEqual([1, 2, 3]);
    const second = await api.get('/cursor', list, { query: { cursor: (await api.get('/cursor', list)).next! } });
    expect([idsOf(second), second.next]).toEqual([[2, 3], '4']);
    const first = await api.answer('GET', '/link', z.array(z.unknown()), {});
    const next = queryOf(linkTo(first.headers, 'next')!, '/link');
    expect(await api.get('/link', z.array(z.object({ id: z.number() })), { query: next })).toEqual([
      { id: 3 },
      { id: 4 },
    ]);
    expect(idsOf(await api.get('/keyset', list, { query: { since: '2026-01-03', limit: 1 } }))).toEqual([3]);
  });

  it('refuses a route that cannot be one', () => {
    expect(() => new FakeDataApi({ '/orders': [] })).toThrow('write it as "GET /api/v1/orders"');
  });
});
