import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { http, rawServer, type Script } from '../testing/raw.server.js';
import { aRequest } from '../testing/requests.js';
import { bytesArrive, fakeTimeouts, headsArrive } from '../testing/timeouts.js';
import { answering, aTransport, exchange } from '../testing/transport.js';
import type { HttpTransport } from './http-transport.js';

const MIB = 1024 * 1024;

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

  describe('when a connection that has served before turns out dead', () => {
    const POST = { method: 'POST', headers: { 'idempotency-key': 'k' }, body: '{}' };
    /** Serves the first request of each connection, and ends it in its own way upon the second. */
    const hostile = (end: (socket: Socket) => void): Script => {
      const served = new WeakSet<Socket>();
      return (socket) => {
        if (served.has(socket)) return end(socket);
        served.add(socket);
        socket.write(http(200));
      };
    };
    const ends: readonly [string, (socket: Socket) => void][] = [
      ['RST', (socket) => socket.resetAndDestroy()],
      ['FIN', (socket) => socket.end()],
    ];
    let transport: HttpTransport;
    beforeEach(() => {
      transport = aTransport();
    });
    afterEach(() => transport.onApplicationShutdown());

    it.each(ends)('by %s, sends the same at once on a fresh one, again and again', async (_, end) => {
      await using server = await rawServer(hostile(end));
      for (let sent = 0; sent < 6; sent++) {
        await expect(transport.send(aRequest({ origin: server.url, ...POST }))).resolves.toMatchObject({ status: 200 });
        await nextTurn();
      }
      expect(server.requests.every((head) => head.includes('idempotency-key: k\r\n'))).toBe(true);
    });

    it.each(ends)('by %s, does not send what must not be sent twice', async (_, end) => {
      await using server = await rawServer(hostile(end));
      await transport.send(aRequest({ origin: server.url }));
      await nextTurn();
      const sent = transport.send(aRequest({ origin: server.url, method: 'POST' }));
      await expect(sent).rejects.toMatchObject({ problem: 'broken' });
      expect(server.requests).toHaveLength(2);
    });

    it.each(ends)('by %s, fails when the fresh one dies as well', async (_, end) => {
      await using server = await rawServer((socket, __, count) =>
        count === 1 ? socket.write(http(200)) : end(socket),
      );
      await transport.send(aRequest({ origin: server.url }));
      await nextTurn();
      await expect(transport.send(aRequest({ origin: server.url }))).rejects.toMatchObject({ problem: 'broken' });
      expect(server.requests).toHaveLength(3);
    });

    it.each(ends)('by %s, fails when the answer had begun', async (_, end) => {
      await using server = await rawServer((socket, __, count) => {
        if (count === 1) return socket.write(http(200));
        return socket.write('HTTP/1.1 200 OK\r\n', () => setTimeout(end, 20, socket));
      });
      await transport.send(aRequest({ origin: server.url }));
      await nextTurn();
      await expect(transport.send(aRequest({ origin: server.url }))).rejects.toMatchObject({ problem: 'broken' });
      expect(server.requests).toHaveLength(2);
    });

    it.each(ends)('by %s, fails on its first request', async (_, end) => {
      await using server = await rawServer(end);
      await expect(transport.send(aRequest({ origin: server.url }))).rejects.toMatchObject({ problem: 'broken' });
      expect(server.requests).toHaveLength(1);
    });

    it('gives the fresh one what is left of the time', async () => {
      await using server = await rawServer((socket, _, count) => {
        if (count === 1) socket.write(http(200));
        if (count === 2) socket.resetAndDestroy();
      });
      await transport.send(aRequest({ origin: server.url }));
      await nextTurn();
      fakeTimeouts();
      const outcome = expect(transport.send(aRequest({ origin: server.url, timeout: 50 }))).rejects.toMatchObject({
        problem: 'no answer',
      });
      while (server.requests.length < 3) await delay(1);
      jest.advanceTimersByTime(50);
      await outcome;
      jest.useRealTimers();
    });
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

  it('takes many large answers at once, in turn', async () => {
    await using server = await rawServer(answering(http(200, Buffer.alloc(2 * MIB))));
    const transport = aTransport();
    const sent = Array.from({ length: 32 }, () => transport.send(aRequest({ origin: server.url, timeout: 20_000 })));
    const answers = await Promise.all(sent);
    expect(answers.map(({ body }) => body.length)).toEqual(Array<number>(32).fill(2 * MIB));
    await transport.onApplicationShutdown();
  });

  describe('with large answers that do not end', () => {
    /** Says that it is longer than it is. */
    const stalling = answering(`HTTP/1.1 200 OK\r\ncontent-length: ${5 * MIB}\r\n\r\n`, Buffer.alloc(4.5 * MIB));
    /** More than one of them has arrived so far, and more than may be held. */
    const crowdArrives = () => bytesArrive(4.5 * MIB + 1);
    let transport: ReturnType<typeof aTransport>;
    beforeEach(() => {
      transport = aTransport();
    });
    afterEach(() => {
      jest.useRealTimers();
      return transport.onApplicationShutdown();
    });

    it('gives each its own time, and then reads others', async () => {
      await using server = await rawServer((socket, head, count) => {
        if (count <= 4) stalling(socket, head, count);
        else socket.write(http(200, Buffer.alloc(4 * MIB)));
      });
      fakeTimeouts();
      const arrivals = Promise.all([headsArrive(4), crowdArrives()]);
      const sent = [1, 2, 3, 4].map(() => transport.send(aRequest({ origin: server.url, timeout: 300 })));
      const outcomes = Promise.allSettled(sent);
      await arrivals;
      jest.advanceTimersByTime(300);
      for (const outcome of await outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { problem: 'slow answer' } });
      }
      await expect(transport.send(aRequest({ origin: server.url }))).resolves.toMatchObject({ status: 200 });
    });

    it('resumes those that wait when they are aborted', async () => {
      await using server = await rawServer((socket, head, count) => {
        if (count <= 2) stalling(socket, head, count);
        else socket.write(http(200, Buffer.alloc(4 * MIB)));
      });
      const abort = new AbortController();
      const crowd = crowdArrives();
      const stalled = [1, 2].map(() => transport.send(aRequest({ origin: server.url, signal: abort.signal })));
      const waiting = [1, 2].map(() => transport.send(aRequest({ origin: server.url, timeout: 10_000 })));
      while (server.requests.length < 4) await delay(1);
      await crowd;
      abort.abort(new Error('over'));
      await Promise.all(stalled.map((each) => expect(each).rejects.toThrow('over')));
      await expect(Promise.all(waiting)).resolves.toMatchObject([{ status: 200 }, { status: 200 }]);
    });

    it('lets short ones pass, and closes those that are aborted', async () => {
      await using server = await rawServer((socket, head, count) => {
        if (count <= 3) stalling(socket, head, count);
        else socket.write(http(200, '{}'));
      });
      const abort = new AbortController();
      const crowd = crowdArrives();
      const stalled = [1, 2, 3].map(() =>
        expect(transport.send(aRequest({ origin: server.url, signal: abort.signal }))).rejects.toThrow('over'),
      );
      while (server.requests.length < 3) await delay(1);
      await crowd;
      const short = await transport.send(aRequest({ origin: server.url }));
      expect(short.body.toString()).toBe('{}');
      abort.abort(new Error('over'));
      await Promise.all(stalled);
      while (server.sockets.size > 1) await delay(1);
    });
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

  it.each(['127.0.0.1', '127.0.0.0/8', 'other.example, 127.0.0.0/8'])(
    'goes through the proxy except for NO_PROXY=%s',
    async (noProxy) => {
      const asked: string[] = [];
      const proxy = createServer((request, response) => {
        asked.push([request.method, request.url, request.headers['idempotency-key']].join(' '));
        response.end('via proxy');
      }).listen(0, '127.0.0.1');
      await once(proxy, 'listening');
      const variables = {
        http_proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
        no_proxy: noProxy,
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
    },
  );
});
