import { jest } from '@jest/globals';
import { z } from 'zod';
import { loadSettings } from '../config/load-settings.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { DryRun } from '../worker/execution/dry-run.js';
import { enterRunScope, type RunScope } from '../worker/execution/run-scope.js';
import { anyAnswer } from './answer/any-answer.js';
import { DataApiClient, idempotencyKey } from './data-api.client.js';
import { UpstreamPolicies } from './policy/upstream-policy.js';
import { DataApiAddress } from './request/data-api.address.js';
import { RetryInterceptor } from './retry.interceptor.js';
import { http, type RawServer, rawServer, type Script } from './testing/raw.server.js';
import { fakeTimeouts, headsArrive } from './testing/timeouts.js';
import { HttpTransport } from './transport/http-transport.js';

const TOKEN = 's3cret-token';
const fast = { baseDelay: 1 };
const ok: Script = (socket) => socket.write(http(200, '{"ok":true}'));

interface World extends AsyncDisposable {
  readonly client: DataApiClient;
  readonly server: RawServer;
}

/** The client and all that is below it, in front of a server with this script. */
async function world(script: Script, environment: Record<string, string> = {}): Promise<World> {
  const server = await rawServer(script);
  const settings = loadSettings({ DATA_API_URL: `${server.url}/base/`, DATA_API_TOKEN: TOKEN, ...environment });
  const transport = new HttpTransport(settings);
  const events = new WorkerEvents();
  const retries = new RetryInterceptor(new UpstreamPolicies(settings, events), transport, events);
  const client = new DataApiClient(new DataApiAddress(settings.dataApi, transport), retries);
  return {
    client,
    server,
    async [Symbol.asyncDispose]() {
      await transport.onApplicationShutdown();
      await server[Symbol.asyncDispose]();
    },
  };
}

const aScope = (changes: Partial<RunScope> = {}): RunScope => ({
  runId: 'r',
  task: 't',
  attempt: 1,
  slot: null,
  signal: new AbortController().signal,
  retry: undefined,
  ...changes,
});

describe('DataApiClient', () => {
  it('sends nothing that would change something in a dry run', async () => {
    await using api = await world(ok);
    const dryRun = new DryRun();
    await enterRunScope(aScope({ dryRun }), async () => {
      await api.client.get('/a', anyAnswer);
      await api.client.post('/b', anyAnswer, { key: 'k', body: { c: 1 } });
      await api.client.delete('/d', anyAnswer);
      const results = z.array(z.object({ id: z.number() }));
      const bulk = await api.client.bulk('/e', [1, 2], results, { key: 'k', body: (items) => items });
      expect(bulk.map(({ error }) => error)).toEqual([null, null]);
    });
    expect(api.server.requests).toHaveLength(1);
    expect(dryRun.report(null)).toMatchObject({
      heldBack: 3,
      changes: [{ method: 'POST', path: '/b', key: 'k' }, {}, {}],
    });
  });

  it('sends path, query and token, and answers with what the schema reads', async () => {
    await using api = await world((socket) => socket.write(http(200, '{"items":[{"id":1}],"total":1}')));
    const schema = z.object({ items: z.array(z.object({ id: z.number() })) });
    const answer = await api.client.get('/api/v1/orders', schema, { query: { status: 'pending', offset: undefined } });
    expect(answer).toEqual({ items: [{ id: 1 }] });
    const [head = ''] = api.server.requests;
    expect(head).toMatch(/^GET \/base\/api\/v1\/orders\?status=pending HTTP/);
    expect(head).toContain(`authorization: Bearer ${TOKEN}\r\n`);
    expect(head).toContain('accept: application/json\r\n');
  });

  it('sends a POST with its key, and a body as JSON', async () => {
    await using api = await world(ok);
    await api.client.post('/a', anyAnswer, { key: 'process:1' });
    await api.client.post('/a', anyAnswer, { key: 'process:ü', body: { a: 1 } });
    expect(api.server.requests[0]).toMatch(/^POST .*\r\nidempotency-key: process:1\r\ncontent-length: 0\r\n\r\n$/s);
    expect(api.server.requests[1]).toMatch(
      /idempotency-key: sha256:[0-9a-f]{64}\r\n.*content-type: application\/json\r\n.*\{"a":1\}$/s,
    );
  });

  it.each<[string, Script]>([
    ['the connection is reset', (socket) => socket.resetAndDestroy()],
    ['the JSON is cut off', (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n{"ok":tr')],
    ['a proxy answers with HTML', (socket) => socket.write(http(200, '<html>Welcome</html>'))],
    ['the status is 503', (socket) => socket.write(http(503))],
    ['a POST with the same key is in flight', (socket) => socket.write(http(409))],
  ])('tries a POST again, with the same key, when %s', async (_, hiccup) => {
    await using api = await world((socket, head, count) => (count < 3 ? hiccup : ok)(socket, head, count));
    await expect(api.client.post('/a', anyAnswer, { key: 'k', retry: fast })).resolves.toEqual({ ok: true });
    expect(api.server.requests).toHaveLength(3);
    expect(api.server.requests.every((head) => head.includes('idempotency-key: k\r\n'))).toBe(true);
  });

  it.each([
    ['another shape', '{"deleted":3}', 1],
    ['the report of a failure', '{"error":"no such table"}', 1],
    ['nothing', '', 1],
    ['damaged JSON', '{"deleted_count":', 3],
  ])('does not take %s for a success, nor ask more often than helps', async (_, body, requests) => {
    await using api = await world((socket) => socket.write(http(200, body)));
    const schema = z.object({ deleted_count: z.number() });
    await expect(api.client.delete('/a', schema, { retry: fast })).rejects.toMatchObject({
      code: 'BAD_ANSWER',
      attempts: requests,
    });
    expect(api.server.requests).toHaveLength(requests);
  });

  it('tells what came instead, without the token and without the query', async () => {
    await using api = await world((socket) => socket.write(http(400, `{"detail":"Bearer ${TOKEN} is odd"}`)));
    const error = await api.client
      .get('/a', anyAnswer, { query: { secret: 'q-s3cret' } })
      .catch((reason: unknown) => reason as Error);
    const { message } = error as Error;
    expect(message).toBe(`GET ${api.server.url}/base/a answered 400: "{\\"detail\\":\\"Bearer (hidden) is odd\\"}"`);
    expect(JSON.stringify({ ...(error as Error) })).not.toContain('s3cret');
  });

  it('names limit, size and remedy when a page is too large', async () => {
    const size = 6 * 1024 * 1024;
    await using api = await world((socket) => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n{`));
    await expect(api.client.get('/a', anyAnswer)).rejects.toMatchObject({
      code: 'BAD_ANSWER',
      message: expect.stringMatching(/with an invalid body: larger than 5 MiB \(6291456 bytes\)\. .*pageSize/),
    });
  });

  it('fails at once what cannot be sent', async () => {
    await using api = await world(ok);
    await expect(api.client.get('/a', anyAnswer, { timeout: Infinity })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      attempts: 0,
      message: expect.stringMatching(/GET .*\/base\/a cannot be sent: a timeout of Infinity ms is not between/),
    });
    expect(api.server.requests).toEqual([]);
  });

  it('says UNREACHABLE and what to look at when nobody listens', async () => {
    const api = await world(ok);
    await api.server[Symbol.asyncDispose]();
    await expect(api.client.get('/a', anyAnswer, { retry: fast })).rejects.toMatchObject({
      code: 'UNREACHABLE',
      attempts: 3,
      message: expect.stringMatching(/ECONNREFUSED.*\(3 attempts\)\. Check DATA_API_URL/),
    });
  });

  it('follows no redirect, and says so', async () => {
    await using elsewhere = await rawServer(ok);
    await using api = await world((socket) => socket.write(http(307, '', { location: elsewhere.url })));
    const posted = api.client.post('/a', anyAnswer, { key: 'k', body: { a: 1 } });
    await expect(posted).rejects.toMatchObject({ code: 'HTTP_307', message: expect.stringContaining('not followed') });
    expect(elsewhere.requests).toEqual([]);
  });

  it('survives that the server closed an idle connection', async () => {
    await using api = await world((socket) => socket.end(http(200, '{}')));
    for (let sent = 0; sent < 5; sent++) await api.client.get('/a', anyAnswer, { retry: fast });
    expect(api.server.requests).toHaveLength(5);
  });

  it('refuses a path that would not arrive as it reads, before anything is sent', async () => {
    await using api = await world(ok);
    await expect(api.client.get('/a/../b', anyAnswer)).rejects.toThrow(TypeError);
    expect(api.server.requests).toEqual([]);
  });

  it('takes the signal and the policy of its run', async () => {
    await using api = await world((socket) => socket.write(http(503)));
    const inRun = enterRunScope(aScope({ retry: { attempts: 2, baseDelay: 1 } }), () =>
      api.client.get('/a', anyAnswer),
    );
    await expect(inRun).rejects.toMatchObject({ attempts: 2 });
    const cancelled = aScope({ signal: AbortSignal.abort(new Error('deadline')) });
    await expect(enterRunScope(cancelled, () => api.client.get('/a', anyAnswer))).rejects.toThrow('deadline');
    expect(api.server.requests).toHaveLength(2);
  });

  it('lets a request’s own signal, policy and timeout win', async () => {
    await using api = await world(() => {});
    const own = new AbortController();
    const scope = aScope({ signal: AbortSignal.abort(new Error('deadline')), retry: { attempts: 9 } });
    const options = { signal: own.signal, retry: { attempts: 1 }, timeout: 20 };
    const answer = enterRunScope(scope, () => api.client.get('/a', anyAnswer, options));
    await expect(answer).rejects.toMatchObject({
      code: 'UNREACHABLE',
      attempts: 1,
      message: expect.stringContaining('20 ms'),
    });
  });

  it('gives up DATA_API_TIMEOUT after the request was sent', async () => {
    await using api = await world((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{'), {
      DATA_API_TIMEOUT: '300ms',
    });
    fakeTimeouts();
    const head = headsArrive(1);
    const answer = api.client.get('/a', anyAnswer, { retry: { attempts: 1 } });
    const outcome = expect(answer).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
    await head;
    jest.advanceTimersByTime(300);
    await outcome;
  });
});

describe('idempotencyKey', () => {
  it.each(['process:17', 'remind:a/b:2026-11-23T12', 'x'.repeat(255)])('is %p itself', (key) => {
    expect(idempotencyKey(key)).toBe(key);
  });

  it.each(['', 'x'.repeat(256), 'process:a b', 'process:ä', 'process:\r\nx-evil: 1', 'process:\ud800'])(
    'is always the same hash for %p, which cannot be a header',
    (key) => {
      expect(idempotencyKey(key)).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(idempotencyKey(key)).toBe(idempotencyKey(key));
    },
  );

  it('tells keys apart, also where only half characters differ', () => {
    const keys = ['process:ä', 'process:ö', 'process:\ud800', 'process:\ud801', 'process:\ufffd'];
    expect(new Set(keys.map(idempotencyKey)).size).toBe(keys.length);
  });
});
