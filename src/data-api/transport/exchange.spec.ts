import { setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { jest } from '@jest/globals';
import { http, type RawServer, rawServer, type Script } from '../testing/raw.server.js';
import { aRequest } from '../testing/requests.js';
import { bytesArrive, fakeTimeouts, headsArrive } from '../testing/timeouts.js';
import { answering, aTransport, closingAfter, exchange } from '../testing/transport.js';
import type { HttpRequest } from '../request/http-request.js';
import type { HttpTransport } from './http-transport.js';

const MIB = 1024 * 1024;

describe('Exchange', () => {
  describe('decodes', () => {
    const text = JSON.stringify({ items: Array.from({ length: 1_000 }, (_, id) => ({ id })) });

    it.each([
      ['gzip', gzipSync],
      ['x-gzip', gzipSync],
      ['br', brotliCompressSync],
      ['deflate', deflateSync],
      ['DEFLATE', deflateRawSync],
      ['identity', Buffer.from],
      ['UTF-8', Buffer.from],
      ['utf8', Buffer.from],
      ['none', Buffer.from],
      ['aws-chunked', Buffer.from],
      ['aws-chunked,gzip', gzipSync],
      ['gzip, none', gzipSync],
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
      ['broken', 'the answer is not HTTP', closingAfter('SSH-2.0-OpenSSH_9.9\r\n')],
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
      ['unreadable', 'the gzip is not gzip', answering(http(200, '{"ok":true}', gzip))],
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

    it.each<[string, Partial<HttpRequest>]>([
      ['a header has a line break', { headers: { 'x-a': 'line\nbreak' } }],
      ['Content-Length is not that of the body', { method: 'POST', headers: { 'content-length': '3' }, body: '{}' }],
      ['Content-Length is not a number', { method: 'POST', headers: { 'content-length': 'two' }, body: '{}' }],
      ['it expects 100', { method: 'POST', headers: { expect: '100-continue' }, body: '{}' }],
      ['the method has a blank', { method: 'GE T' }],
      ['the path has a blank', { target: '/a b' }],
      ['the protocol is unknown', { origin: 'ftp://127.0.0.1' }],
      ['its timeout never ends', { timeout: Infinity }],
      ['its timeout is longer than a timer can be', { timeout: 2 ** 31 }],
      ['its timeout is not a number', { timeout: NaN }],
    ])('unsendable when %s', async (_, changes) => {
      await expect(exchange(answering(http(200)), changes)).rejects.toMatchObject({
        name: 'AttemptError',
        problem: 'unsendable',
      });
    });
  });

  describe('out of time calls it', () => {
    let server: RawServer;
    let transport: HttpTransport;

    const trickling =
      (beginning: string): Script =>
      (socket) => {
        socket.write(beginning);
        const timer = setInterval(() => socket.write('x'), 5);
        socket.on('close', () => clearInterval(timer));
      };

    /** Its time is up as soon as the server has followed the script. */
    async function afterRequest(script: Script): Promise<unknown> {
      return failing(script, async () => {
        while (server.requests.length === 0) await delay(1);
      });
    }

    /** Its time is up as soon as the head has been read. */
    async function afterHead(script: Script): Promise<unknown> {
      const head = headsArrive(1);
      return failing(script, () => head);
    }

    async function failing(script: Script, until: () => Promise<void>, timeLeft = 50): Promise<unknown> {
      server = await rawServer(script);
      transport = aTransport();
      const sent = transport.send(aRequest({ origin: server.url, timeout: 50 }));
      const outcome = sent.catch((error: unknown) => error);
      await until();
      jest.advanceTimersByTime(timeLeft);
      return outcome;
    }

    beforeEach(() => fakeTimeouts());
    afterEach(async () => {
      jest.useRealTimers();
      await transport.onApplicationShutdown();
      await server[Symbol.asyncDispose]();
    });

    it('not sent when all connections are taken', async () => {
      server = await rawServer(() => {});
      transport = aTransport({ DATA_API_CONCURRENCY: '1' });
      const ahead = transport.send(aRequest({ origin: server.url, timeout: 100 })).catch(() => {});
      const waiting = transport.send(aRequest({ origin: server.url, timeout: 50 }));
      const outcome = expect(waiting).rejects.toMatchObject({
        problem: 'not sent',
        message: 'no connection within 50 ms',
      });
      while (server.requests.length === 0) await delay(1);
      jest.advanceTimersByTime(50);
      await outcome;
      jest.advanceTimersByTime(50);
      await ahead;
    });

    it('no answer when nothing comes', async () => {
      const error = await afterRequest(() => {});
      expect(error).toMatchObject({ problem: 'no answer', message: 'no answer within 50 ms' });
    });

    it('no answer when only an early hint comes', async () => {
      const error = await afterHead(answering('HTTP/1.1 103 Early Hints\r\n\r\n'));
      expect(error).toMatchObject({ problem: 'no answer' });
    });

    it('no answer when the head comes byte by byte', async () => {
      const error = await afterRequest(trickling('HTTP/1.1 200 OK\r\nx-a: '));
      expect(error).toMatchObject({ problem: 'no answer' });
    });

    it('slow answer when the body comes byte by byte, however steadily', async () => {
      const head = headsArrive(1);
      const error = await failing(
        trickling('HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n'),
        async () => {
          await head;
          jest.advanceTimersByTime(25);
          await bytesArrive(2);
          jest.advanceTimersByTime(24);
          await bytesArrive(2);
        },
        1,
      );
      expect(error).toMatchObject({ problem: 'slow answer', message: 'the answer did not end within 50 ms' });
    });

    it('and closes the connection, so that the server knows', async () => {
      await afterRequest(() => {});
      while (server.sockets.size > 0) await delay(1);
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
});
