import { connect } from 'node:net';
import { ScriptedServer } from './scripted-server.ts';
import { RequestReader } from './server/request-reader.ts';

describe('the scripted server', () => {
  let server: ScriptedServer;

  beforeEach(async () => {
    server = await new ScriptedServer().listen();
  });

  afterEach(() => server.close());

  const process = (id: string, key: string): Promise<Response> =>
    fetch(`${server.url}/api/v1/orders/${id}/process`, { method: 'POST', headers: { 'Idempotency-Key': key } });

  const pending = async (query = ''): Promise<string[]> => {
    const response = await fetch(`${server.url}/api/v1/orders?status=pending${query}`);
    return ((await response.json()) as { items: { id: string }[] }).items.map(({ id }) => id);
  };

  it('lists what is pending, in pages', async () => {
    server.model.addOrders(['a', 'b', 'c']);
    expect(await pending('&offset=1&limit=1')).toEqual(['b']);
  });

  it('applies an operation once per key, and counts the requests', async () => {
    server.model.addOrders(['a', 'b']);
    const answers = [await process('a', 'process:a'), await process('a', 'process:a')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await pending()).toEqual(['b']);
    expect(server.model.keys.keys).toMatchObject([{ key: 'process:a', requests: 2, effects: 1 }]);
  });

  it('counts a further effect for a further key', async () => {
    server.model.addOrders(['a']);
    await process('a', 'one');
    await process('a', 'two');
    expect(server.model.keys.effectsOf('process:a')).toBe(2);
  });

  it('answers 409 while a request with the key is in flight', async () => {
    server.model.addOrders(['a']);
    server.model.latency = 50;
    const [first, second] = await Promise.all([process('a', 'k'), process('a', 'k')]);
    expect([first.status, second.status].sort()).toEqual([200, 409]);
    expect(server.model.keys.effectsOf('process:a')).toBe(1);
  });

  it('lets an order linger in the list', async () => {
    server.model.addOrders(['a']);
    server.model.lag = 60_000;
    await process('a', 'k');
    expect(await pending()).toEqual(['a']);
  });

  it('keeps every byte as it was sent', async () => {
    const bytes = 'GET /api/v1/orders/../x?%2e HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nX-A: 2\r\n\r\n';
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const request = server.nextRequest();
    socket.write(bytes);
    expect(await request).toMatchObject({ target: '/api/v1/orders/../x?%2e', headers: { 'x-a': '1, 2' } });
    expect(Buffer.concat(server.connections[0]?.received ?? []).toString()).toBe(bytes);
    expect(server.model.unexpected).toEqual(['GET /api/v1/orders/../x?%2e']);
    socket.destroy();
  });

  it('asks the newest rule first, as often as it was told', async () => {
    server.on('list orders', (_, reply) => reply.json(500, {}), 1);
    server.on('list orders', (_, reply) => reply.json(503, {}), 1);
    server.on('any', (_, __, next) => next());
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await fetch(`${server.url}/api/v1/orders`)).status);
    expect(statuses).toEqual([503, 500, 200]);
  });

  it('refuses connections, and comes back on the same port', async () => {
    const { url } = server;
    await server.refuse();
    await expect(fetch(url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await server.listen();
    expect(server.url).toBe(url);
    expect((await fetch(url)).status).toBe(404);
  });
});

describe('the request reader', () => {
  const wire = Buffer.from(
    'POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc' +
      'POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n' +
      'GET /c HTTP/1.1\r\n\r\n',
  );

  it.each([1, 7, 1_000])('finds the requests in pieces of %i bytes', (size) => {
    const reader = new RequestReader();
    const requests = [];
    for (let start = 0; start < wire.length; start += size) {
      requests.push(...reader.read(wire.subarray(start, start + size)));
    }
    expect(requests.map(({ target, body }) => [target, body.toString()])).toEqual([
      ['/a', 'abc'],
      ['/b', 'def'],
      ['/c', ''],
    ]);
  });
});
