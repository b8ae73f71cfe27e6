import { z } from 'zod';
import { anyAnswer } from './answer/any-answer.js';
import { http, type Script } from './testing/raw.server.js';
import { JSON_TYPE, TOKEN, type World, world } from './testing/data-api.world.js';

const fast = { attempts: 3, baseDelay: 1 };

describe('DataApiClient', () => {
  let api: World;
  let script: Script;

  const answering = (status: number, body = '', headers: Record<string, string> = {}): void => {
    script = (socket) => socket.write(http(status, body, { ...JSON_TYPE, ...headers }));
  };
  const sent = (): string => api.server.requests.at(-1) ?? '';

  beforeAll(async () => (api = await world((...request) => script(...request))));
  beforeEach(() => answering(200, '{"ok":true}'));
  afterAll(() => api[Symbol.asyncDispose]());

  it('has the verbs of HTTP', async () => {
    const { dataApi } = api;
    await dataApi.get('/a', anyAnswer);
    await dataApi.put('/a', anyAnswer, { body: { a: 1 } });
    await dataApi.patch('/a', anyAnswer, { key: 'k', body: [1] });
    await dataApi.delete('/a', anyAnswer, { key: 'k', body: { why: 'old' } });
    const [got, put, patched, deleted] = api.server.requests.slice(-4);
    expect(got).toMatch(/^GET \/base\/a HTTP/);
    expect(put).toMatch(/^PUT .*content-type: application\/json\r\n.*\{"a":1\}$/s);
    expect(put).not.toContain('idempotency-key');
    expect(patched).toMatch(/^PATCH .*idempotency-key: k\r\n.*\[1\]$/s);
    expect(deleted).toMatch(/^DELETE .*idempotency-key: k\r\n.*\{"why":"old"\}$/s);
  });

  it('resolves a HEAD with its headers', async () => {
    script = (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 12\r\nX-Total: 7\r\n\r\n');
    expect((await api.dataApi.head('/a')).get('x-total')).toBe('7');
    expect(sent()).toMatch(/^HEAD/);
  });

  it('tries a PATCH again, with the same key', async () => {
    let count = 0;
    script = (socket) => socket.write(http(++count < 3 ? 503 : 200, '{}'));
    await api.dataApi.patch('/a', anyAnswer, { key: 'k', retry: fast });
    expect(api.server.requests.slice(-3).every((head) => head.includes('idempotency-key: k\r\n'))).toBe(true);
  });

  it('sends a query with lists, and headers of the caller', async () => {
    const query = { id: [1, 2], q: 'ü&', none: undefined, empty: [], yes: true };
    await api.dataApi.get('/a', anyAnswer, { query, headers: { Accept: 'text/json', 'X-Tenant': 't' } });
    expect(sent()).toMatch(/^GET \/base\/a\?id=1&id=2&q=%C3%BC%26&yes=true HTTP/);
    expect(sent()).toContain('accept: text/json\r\n');
    expect(sent()).toContain('x-tenant: t\r\n');
    expect(sent()).toContain(`authorization: Bearer ${TOKEN}\r\n`);
  });

  it.each<[string, unknown, Record<string, string>, string, string]>([
    ['a form', new URLSearchParams({ q: 'ü' }), {}, 'application/x-www-form-urlencoded', 'q=%C3%BC'],
    ['bytes', Buffer.from('a'), {}, 'application/octet-stream', 'a'],
    ['bytes of a type', Buffer.from('a'), { 'Content-Type': 'text/csv' }, 'text/csv', 'a'],
    ['JSON of a type', [1], { 'content-type': 'application/json-patch+json' }, 'application/json-patch+json', '[1]'],
    ['null', null, {}, 'application/json', 'null'],
  ])('sends %s as a body', async (_, body, headers, type, text) => {
    await api.dataApi.put('/a', anyAnswer, { body, headers });
    expect(sent()).toContain(`content-type: ${type}\r\n`);
    expect(sent().endsWith(`\r\n\r\n${text}`)).toBe(true);
  });

  it('refuses a body that JSON does not know', async () => {
    const requests = api.server.requests.length;
    await expect(api.dataApi.put('/a', anyAnswer, { body: () => {} })).rejects.toThrow('of type function');
    expect(api.server.requests).toHaveLength(requests);
  });

  it('answers with status and headers where they are asked for', async () => {
    answering(201, '{"id":7}', { location: '/a/7', link: '<?page=2>; rel=next', 'set-cookie': 'a=1' });
    const answer = await api.dataApi.answer('POST', '/a', z.object({ id: z.number() }), { key: 'k' });
    expect(answer).toMatchObject({ status: 201, value: { id: 7 } });
    expect(answer.headers.get('Location')).toBe('/a/7');
    expect(answer.headers.getSetCookie()).toEqual(['a=1']);
    expect(JSON.stringify(answer)).not.toContain('cookie');
  });

  it('asks for a version that is newer than the one at hand', async () => {
    const prices = z.object({ price: z.number() });
    answering(200, '{"price":1}', { etag: '"v1"' });
    const first = await api.dataApi.getIfChanged('/a', prices);
    expect(first).toEqual({ value: { price: 1 }, etag: '"v1"' });
    expect(sent()).not.toContain('if-none-match');
    answering(304, '', { etag: '"v1"' });
    expect(await api.dataApi.getIfChanged('/a', prices, { etag: first?.etag })).toBeUndefined();
    expect(sent()).toContain('if-none-match: "v1"\r\n');
  });

  it.each([{}, { 'content-encoding': 'gzip' }, { 'content-length': '512' }])(
    'reads a 304 as one without a body, whatever it says of that of a 200: %j',
    async (headers) => {
      script = (socket) => socket.write(http(304, '', headers));
      for (let asked = 0; asked < 2; asked++) {
        expect(await api.dataApi.getIfChanged('/a', anyAnswer, { etag: 'W/"1"' })).toBeUndefined();
      }
      answering(200, '{"price":1}');
      expect(await api.dataApi.get('/a', anyAnswer)).toEqual({ price: 1 });
    },
  );

  it('takes a 304 for a failure where no version was named', async () => {
    answering(304);
    await expect(api.dataApi.getIfChanged('/a', anyAnswer)).rejects.toMatchObject({ code: 'HTTP_304' });
    await expect(api.dataApi.get('/a', anyAnswer)).rejects.toMatchObject({ code: 'HTTP_304' });
  });

  describe('in bulk', () => {
    const results = z.object({ results: z.array(z.looseObject({ id: z.union([z.string(), z.number()]) })) });
    const ofResults = results.transform((answer) => answer.results);
    const archive = (items: readonly { id: number }[], key = 'archive') =>
      api.dataApi.bulk('/archive', items, ofResults, { key, body: (chunk) => ({ ids: chunk.map(({ id }) => id) }) });

    it('sends many items at once, and tells of each what became of it, in their order', async () => {
      const said = [
        { id: '3', status: 410 },
        { id: 2, error: 'locked' },
        { id: 1, status: 200, error: null },
        { id: 9 },
      ];
      answering(207, JSON.stringify({ results: said }));
      const became = await archive([{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }]);
      expect(sent()).toMatch(/^POST \/base\/archive .*\{"ids":\[1,2,3,4\]\}$/s);
      expect(became).toMatchObject([
        { item: { id: 1 }, id: '1', error: null },
        { id: '2', error: { code: 'ITEM_REFUSED', message: 'POST /archive refused item "2": "\\"locked\\""' } },
        { id: '3', error: { code: 'HTTP_410', itemGone: true } },
        { id: '4', error: { code: 'BAD_ANSWER', message: 'POST /archive answered without a result for item "4"' } },
      ]);
    });

    it('names the operation and its items in the key, in any order', async () => {
      answering(200, '{"results":[]}');
      const keyOf = async (...[items, key]: Parameters<typeof archive>) => {
        await archive(items, key);
        return /idempotency-key: (\S+)/.exec(sent())?.[1];
      };
      const key = await keyOf([{ id: 1 }, { id: 2 }]);
      expect(key).toMatch(/^archive:[0-9a-f]{64}$/);
      expect(await keyOf([{ id: 2 }, { id: 1 }])).toBe(key);
      expect(await keyOf([{ id: 12 }])).not.toBe(key);
      expect(await keyOf([{ id: 1 }, { id: 2 }], 'restore')).not.toBe(key);
    });

    it('sends nothing for no items, and fails as a whole where the request does', async () => {
      const requests = api.server.requests.length;
      expect(await archive([])).toEqual([]);
      expect(api.server.requests).toHaveLength(requests);
      answering(422, '{}');
      await expect(archive([{ id: 1 }])).rejects.toMatchObject({ code: 'HTTP_422' });
      const withoutId = api.dataApi.bulk('/archive', [{}], ofResults, { key: 'k', body: () => [] });
      await expect(withoutId).rejects.toMatchObject({ code: 'BAD_ID' });
    });
  });
});
