import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { loadSettings } from '../../config/load-settings.js';
import type { HttpRequest } from '../request/http-request.js';
import { http, rawServer, type Script } from '../testing/raw.server.js';
import { aRequest } from '../testing/requests.js';
import { HttpTransport } from './http-transport.js';

const MIB = 1024 * 1024;

/** Sends one request to a server with this script. The server and the transport end with the test. */
async function exchange(script: Script, changes: Partial<HttpRequest> = {}) {
  await using server = await rawServer(script);
  const transport = aTransport();
  try {
    return await transport.send(aRequest({ origin: server.url, timeout: 5_000, ...changes }));
  } finally {
    await transport.onApplicationShutdown();
  }
}

function aTransport(environment: Record<string, string> = {}): HttpTransport {
  return new HttpTransport(loadSettings({ DATA_API_URL: 'http://127.0.0.1', ...environment }));
}

const answering =
  (...writes: (string | Buffer)[]): Script =>
  (socket) =>
    writes.forEach((data) => socket.write(data));
const closingAfter =
  (...writes: (string | Buffer)[]): Script =>
  (socket) =>
    socket.end(Buffer.concat(writes.map((data) => Buffer.from(data))));

describe('HttpTransport', () => {
  it('answers with status, headers and body', async () => {
    const answer = await exchange(answering(http(418, 'short and stout', { 'x-a': 'b' })));
    expect(answer).toMatchObject({ status: 418, headers: { 'x-a': 'b' } });
    expect(answer.body.toString()).toBe('short and stout');
  });

  it('sends method, path, headers and body as they are', async () => {
    await using server = await rawServer(answering(http(204)));
    const transport = aTransport();
    const headers = { 'idempotency-key': 'k', 'content-type': 'application/json' };
    await transport.send(aRequest({ origin: server.url, method: 'POST', target: '/a%2Fb?c=d', headers, body: '{}' }));
    expect(server.requests[0]).toMatch(
      /^POST \/a%2Fb\?c=d HTTP\/1\.1\r\n.*idempotency-key: k\r\n.*content-length: 2\r\n\r\n\{\}$/s,
    );
    await transport.onApplicationShutdown();
  });

  it('puts an answer together that comes in pieces', async () => {
    const body = 'x'.repeat(100_000);
    const chunks = body.match(/.{1,7000}/g)?.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`) ?? [];
    const answer = await exchange(
      answering('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', ...chunks, '0\r\n\r\n'),
    );
    expect(answer.body.toString()).toBe(body);
  });

  it('does not follow a redirect', async () => {
    await using elsewhere = await rawServer(answering(http(200)));
    const answer = await exchange(answering(http(307, '', { location: `${elsewhere.url}/` })));
    expect(answer.status).toBe(307);
    expect(elsewhere.requests).toEqual([]);
  });

  it('ignores what comes before the answer proper', async () => {
    const answer = await exchange(answering('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n', http(200, 'b')));
    expect(answer).toMatchObject({ status: 200 });
  });

  it('uses a connection again, and one for each request in flight', async () => {
    const waiting: (() => void)[] = [];
    await using server = await rawServer((socket) => waiting.push(() => socket.write(http(200))));
    const transport = aTransport();
    const round = async () => {
      const sent = [1, 2, 3].map(() => transport.send(aRequest({ origin: server.url })));
      while (waiting.length < 3) await delay(1);
      for (const answer of waiting.splice(0)) answer();
      await Promise.all(sent);
    };
    await round();
    // undici gives a connection back one turn after its answer.
    await nextTurn();
    await round();
    expect(server.requests).toHaveLength(6);
    expect(server.sockets.size).toBe(3);
    await transport.onApplicationShutdown();
  });

  it('opens no more connections than DATA_API_CONCURRENCY allows', async () => {
    let most = 0;
    await using server = await rawServer((socket) => {
      most = Math.max(most, server.sockets.size);
      setTimeout(() => socket.write(http(200)), 5);
    });
    const transport = aTransport({ DATA_API_CONCURRENCY: '2' });
    await Promise.all(Array.from({ length: 6 }, () => transport.send(aRequest({ origin: server.url }))));
    expect(most).toBe(2);
    await transport.onApplicationShutdown();
  });

  it('takes any number of large answers one after the other', async () => {
    await using server = await rawServer(answering(http(200, Buffer.alloc(4 * MIB))));
    const transport = aTransport();
    for (let sent = 0; sent < 6; sent++) {
      await expect(transport.send(aRequest({ origin: server.url }))).resolves.toMatchObject({ status: 200 });
    }
    await transport.onApplicationShutdown();
  });

  it('leaves no timer behind', async () => {
    await using server = await rawServer(answering(http(200)));
    const transport = aTransport();
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    await transport.send(aRequest({ origin: server.url }));
    const before = timers();
    for (let sent = 0; sent < 10; sent++) await transport.send(aRequest({ origin: server.url }));
    expect(timers()).toBe(before);
    await transport.onApplicationShutdown();
  });

  it('closes its connections with the application', async () => {
    await using server = await rawServer(answering(http(200)));
    const transport = aTransport();
    await transport.send(aRequest({ origin: server.url }));
    const [socket] = server.sockets;
    const closed = once(socket as NonNullable<typeof socket>, 'close');
    await transport.onApplicationShutdown();
    await closed;
  });

  describe('decodes', () => {
    const text = JSON.stringify({ items: Array.from({ length: 1_000 }, (_, id) => ({ id })) });

    it.each([
      ['gzip', gzipSync],
      ['x-gzip', gzipSync],
      ['br', brotliCompressSync],
      ['deflate', deflateSync],
      ['DEFLATE', deflateRawSync],
      ['identity', Buffer.from],
    ])('%s', async (coding, encode: (text: string) => Buffer) => {
      const answer = await exchange(answering(http(200, encode(text), { 'content-encoding': coding })));
      expect(answer.body.toString()).toBe(text);
    });

    it('several codings, last first', async () => {
      const body = brotliCompressSync(gzipSync(text));
      const answer = await exchange(answering(http(200, body, { 'content-encoding': 'gzip, br' })));
      expect(answer.body.toString()).toBe(text);
    });
  });

  describe('calls it', () => {
    const gzip = { 'content-encoding': 'gzip' };

    it.each<[string, string, Script]>([
      ['broken', 'the connection is closed without an answer', (socket) => socket.destroy()],
      ['broken', 'the connection is reset', (socket) => socket.resetAndDestroy()],
      ['broken', 'the answer is no HTTP', closingAfter('SSH-2.0-OpenSSH_9.9\r\n')],
      ['broken', 'the status line is damaged', closingAfter('HTTP/1.1 2x0 OK\r\n\r\n')],
      ['broken', 'the head is cut off', closingAfter('HTTP/1.1 200 OK\r\ncontent-le')],
      ['broken', 'the head does not end', answering(`HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(10_000)}`)],
      [
        'broken',
        'a chunk has no length',
        closingAfter('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n'),
      ],
      [
        'broken',
        'the chunks do not end',
        closingAfter('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n'),
      ],
      [
        'broken',
        'the body is shorter than its length says',
        closingAfter('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{}'),
      ],
      [
        'broken',
        'length and chunks contradict each other',
        closingAfter('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n'),
      ],
      [
        'broken',
        'there are two lengths',
        closingAfter('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{} '),
      ],
      ['unreadable', 'the gzip is cut off', answering(http(200, gzipSync('x'.repeat(1_000)).subarray(0, 20), gzip))],
      ['unreadable', 'the gzip is none', answering(http(200, '{"ok":true}', gzip))],
      ['unreadable', 'the coding is unknown', answering(http(200, '{}', { 'content-encoding': 'rot13' }))],
      [
        'too large',
        'the length says 5 MiB and one',
        answering(`HTTP/1.1 200 OK\r\ncontent-length: ${5 * MIB + 1}\r\n\r\n`),
      ],
      ['too large', 'the gzip inflates to 50 MiB', answering(http(200, gzipSync(Buffer.alloc(50 * MIB)), gzip))],
    ])('%s when %s', async (problem, _, script) => {
      await expect(exchange(script)).rejects.toMatchObject({ name: 'AttemptError', problem });
    });

    it('too large when the body does not end, after 5 MiB', async () => {
      let written = 0;
      const endless: Script = (socket) => {
        const chunk = Buffer.alloc(65_536, 'x');
        const write = () => {
          while (!socket.destroyed && socket.write(chunk)) written += chunk.length;
        };
        socket.on('drain', write);
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        write();
      };
      await expect(exchange(endless)).rejects.toMatchObject({ problem: 'too large' });
      expect(written).toBeLessThan(20 * MIB);
    });

    it('not sent when nobody listens', async () => {
      const { url } = await (async () => {
        await using server = await rawServer(() => {});
        return server;
      })();
      const transport = aTransport();
      await expect(transport.send(aRequest({ origin: url }))).rejects.toMatchObject({
        problem: 'not sent',
        message: expect.stringContaining('ECONNREFUSED'),
      });
      await transport.onApplicationShutdown();
    });

    it('not sent when the name does not resolve', async () => {
      const transport = aTransport();
      await expect(transport.send(aRequest({ origin: 'http://nowhere.invalid' }))).rejects.toMatchObject({
        problem: 'not sent',
      });
      await transport.onApplicationShutdown();
    });

    it('a programming error when the request cannot be sent at all', async () => {
      const sent = exchange(answering(http(200)), { headers: { 'x-a': 'line\nbreak' } });
      await expect(sent).rejects.toMatchObject({ code: 'UND_ERR_INVALID_ARG' });
    });
  });

  describe('within its timeout, calls it', () => {
    it('no answer when nothing comes', async () => {
      await expect(exchange(() => {}, { timeout: 50 })).rejects.toMatchObject({ problem: 'no answer' });
    });

    it('no answer when only an early hint comes', async () => {
      const hint = answering('HTTP/1.1 103 Early Hints\r\n\r\n');
      await expect(exchange(hint, { timeout: 50 })).rejects.toMatchObject({ problem: 'no answer' });
    });

    it('slow answer when the body comes byte by byte, however steadily', async () => {
      const trickle: Script = (socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
        const timer = setInterval(() => socket.write('x'), 5);
        socket.on('close', () => clearInterval(timer));
      };
      await expect(exchange(trickle, { timeout: 300 })).rejects.toMatchObject({ problem: 'slow answer' });
    });

    it('no answer when the head comes byte by byte', async () => {
      const trickle: Script = (socket) => {
        const timer = setInterval(() => socket.write('H'), 5);
        socket.write('HTTP/1.1 200 OK\r\nx-a: ');
        socket.on('close', () => clearInterval(timer));
      };
      await expect(exchange(trickle, { timeout: 300 })).rejects.toMatchObject({ problem: 'no answer' });
    });

    it('and closes the connection, so that the server knows', async () => {
      await using server = await rawServer(() => {});
      const transport = aTransport();
      await expect(transport.send(aRequest({ origin: server.url, timeout: 50 }))).rejects.toThrow(
        'no answer within 50 ms',
      );
      while (server.sockets.size > 0) await delay(1);
      await transport.onApplicationShutdown();
    });
  });

  describe('when its signal aborts', () => {
    it('rejects with the reason and closes the connection', async () => {
      await using server = await rawServer(() => abort.abort(new Error('shutdown')));
      const abort = new AbortController();
      const transport = aTransport();
      await expect(transport.send(aRequest({ origin: server.url, signal: abort.signal }))).rejects.toThrow('shutdown');
      while (server.sockets.size > 0) await delay(1);
      await transport.onApplicationShutdown();
    });

    it('does not send what was waiting for a connection', async () => {
      await using server = await rawServer(answering(http(200)));
      const transport = aTransport({ DATA_API_CONCURRENCY: '1' });
      const abort = new AbortController();
      await transport.send(aRequest({ origin: server.url }));
      const sent = transport.send(aRequest({ origin: server.url, target: '/cancelled', signal: abort.signal }));
      abort.abort(new Error('over'));
      await expect(sent).rejects.toThrow('over');
      await transport.send(aRequest({ origin: server.url, target: '/next' }));
      expect(server.requests.map((head) => head.split(' ')[1])).toEqual(['/', '/next']);
      await transport.onApplicationShutdown();
    });

    it('does not even begin when that was before', async () => {
      await using server = await rawServer(answering(http(200)));
      const transport = aTransport();
      const signal = AbortSignal.abort(new Error('over'));
      await expect(transport.send(aRequest({ origin: server.url, signal }))).rejects.toThrow('over');
      expect(server.requests).toEqual([]);
      await transport.onApplicationShutdown();
    });
  });

  it('leaves no listener on a signal that outlives many requests', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on('warning', listen);
    await using server = await rawServer(answering(http(200)));
    const transport = aTransport();
    const { signal } = new AbortController();
    for (let sent = 0; sent < 100; sent++) await transport.send(aRequest({ origin: server.url, signal }));
    await Promise.all(Array.from({ length: 64 }, () => transport.send(aRequest({ origin: server.url, signal }))));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await delay(0);
    process.off('warning', listen);
    expect(warnings).toEqual([]);
    await transport.onApplicationShutdown();
  });

  it('goes through the proxy that the environment names, except for NO_PROXY', async () => {
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push([request.method, request.url, request.headers['idempotency-key']].join(' '));
      response.end('via proxy');
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const variables = {
      http_proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      no_proxy: '127.0.0.1',
    };
    Object.assign(process.env, variables);
    const transport = aTransport(variables);
    try {
      await using direct = await rawServer(answering(http(200, 'direct')));
      const request = aRequest({ method: 'POST', headers: { 'idempotency-key': 'k' }, target: '/a' });
      const proxied = await transport.send({ ...request, origin: 'http://data-api.example' });
      const unproxied = await transport.send({ ...request, origin: direct.url });
      expect([proxied.body.toString(), unproxied.body.toString()]).toEqual(['via proxy', 'direct']);
      expect(asked).toEqual(['POST http://data-api.example/a k']);
    } finally {
      for (const name of Object.keys(variables)) Reflect.deleteProperty(process.env, name);
      await transport.onApplicationShutdown();
      proxy.close();
    }
  });
});
