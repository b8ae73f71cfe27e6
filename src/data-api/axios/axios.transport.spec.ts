import { setTimeout as delay } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { AxiosError, isAxiosError, isCancel } from 'axios';
import { firstValueFrom } from 'rxjs';
import { DryRun } from '../../worker/execution/dry-run.js';
import { enterRunScope, type RunScope } from '../../worker/execution/run-scope.js';
import { anyAnswer } from '../answer/any-answer.js';
import { afterFailures, json, JSON_TYPE, status, TOKEN, world } from '../testing/data-api.world.js';
import { http, rawServer, type Script } from '../testing/raw.server.js';
import { fakeTimeouts } from '../testing/timeouts.js';

const fast = { retry: { attempts: 3, baseDelay: 1 } };
const errorOf = (promise: Promise<unknown>): Promise<AxiosError> =>
  promise.then(
    () => Promise.reject(new Error('It did not fail')),
    (error: unknown) => error as AxiosError,
  );

const aScope = (changes: Partial<RunScope>): RunScope => ({
  runId: 'r',
  task: 't',
  attempt: 1,
  slot: null,
  signal: new AbortController().signal,
  retry: undefined,
  ...changes,
});

describe('HttpService in a task', () => {
  beforeAll(() => void Logger.overrideLogger(false));
  afterEach(() => jest.useRealTimers());

  it('reaches the Data API by path, with token and parameters, and reads JSON', async () => {
    await using api = await world(json({ items: [1] }));
    const response = await firstValueFrom(
      api.http.get('/api/v1/orders', { params: { status: 'pending', ids: [1, 2] } }),
    );
    expect(response).toMatchObject({ status: 200, statusText: 'X', data: { items: [1] } });
    expect(response.headers['content-type']).toBe(JSON_TYPE['content-type']);
    const [head = ''] = api.server.requests;
    expect(head).toMatch(/^GET \/base\/api\/v1\/orders\?status=pending&ids%5B%5D=1&ids%5B%5D=2 HTTP/);
    expect(head).toContain(`authorization: Bearer ${TOKEN}\r\n`);
  });

  it('sends a body as JSON, headers of its own, and no type for a body that is none', async () => {
    await using api = await world(json({}));
    await firstValueFrom(api.http.post('/a', { b: 1 }, { headers: { 'X-Own': 'c', Authorization: 'Basic mine' } }));
    await firstValueFrom(api.http.post('/a'));
    expect(api.server.requests[0]).toMatch(/content-type: application\/json\r\n.*\{"b":1\}$/s);
    expect(api.server.requests[0]).toContain('x-own: c\r\n');
    expect(api.server.requests[0]).toContain('authorization: Basic mine\r\n');
    expect(api.server.requests[1]).not.toContain('content-type');
  });

  it('reads in a dry run, and holds back what would change something', async () => {
    await using api = await world(json({ items: [] }));
    const dryRun = new DryRun();
    await enterRunScope(aScope({ dryRun }), async () => {
      expect((await firstValueFrom(api.http.get('/a'))).status).toBe(200);
      expect((await firstValueFrom(api.http.post('/b', { c: 1 }))).status).toBe(204);
    });
    expect(api.server.requests).toHaveLength(1);
    expect(dryRun.report(null)).toMatchObject({
      heldBack: 1,
      changes: [{ method: 'POST', path: expect.stringMatching(/^http.*\/b$/), body: '{"c":1}' }],
    });
  });

  it('sends forms and bytes', async () => {
    await using api = await world(json({}));
    const form = new FormData();
    form.append('name', 'value');
    await firstValueFrom(api.http.post('/a', form));
    await firstValueFrom(api.http.post('/a', Buffer.from('bytes')));
    await firstValueFrom(api.http.post('/a', new URLSearchParams({ q: 'ü' })));
    expect(api.server.requests.join()).toMatch(
      /multipart\/form-data; boundary=.*name="name"\r\n\r\nvalue\r\n.*bytes.*q=%C3%BC/s,
    );
  });

  it('keeps the token from other hosts', async () => {
    await using elsewhere = await rawServer(json({}));
    await using api = await world(json({}));
    await firstValueFrom(api.http.get(`${elsewhere.url}/a`));
    expect(elsewhere.requests[0]).toMatch(/^GET \/a HTTP/);
    expect(elsewhere.requests[0]).not.toContain('authorization');
  });

  it('gives text and bytes to who asks for them', async () => {
    await using api = await world((socket) => socket.write(http(200, '{"a":1}', JSON_TYPE)));
    const get = (responseType: 'text' | 'arraybuffer') =>
      firstValueFrom(api.http.get<unknown>('/a', { responseType, transformResponse: (data: unknown) => data }));
    expect((await get('text')).data).toBe('{"a":1}');
    expect((await get('arraybuffer')).data).toEqual(Buffer.from('{"a":1}'));
  });

  it('tries again by the same policy as the client', async () => {
    await using api = await world(afterFailures(2, status(503), json({ a: 1 })));
    await expect(firstValueFrom(api.http.get('/a', fast))).resolves.toMatchObject({ data: { a: 1 } });
    expect(api.server.requests).toHaveLength(3);
  });

  it('tries again when JSON is cut off, which axios would pass on as text', async () => {
    const cut: Script = (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"a":');
    await using api = await world(afterFailures(1, cut, json({ a: 1 })));
    await expect(firstValueFrom(api.http.get('/a', fast))).resolves.toMatchObject({ data: { a: 1 } });
  });

  it('does not send a POST again that may have arrived, unless it has an Idempotency-Key', async () => {
    await using api = await world(afterFailures(2, (socket) => socket.destroy(), json({ a: 1 })));
    expect(isAxiosError(await errorOf(firstValueFrom(api.http.post('/a', {}, fast))))).toBe(true);
    expect(api.server.requests).toHaveLength(1);
    const keyed = { ...fast, headers: { 'Idempotency-Key': 'k' } };
    await expect(firstValueFrom(api.http.post('/a', {}, keyed))).resolves.toMatchObject({ data: { a: 1 } });
    expect(api.server.requests).toHaveLength(3);
  });

  it('rejects with the AxiosError that axios users expect, whose cause tells the rest', async () => {
    await using api = await world(status(503, '{"detail":"maintenance"}'));
    const error = await errorOf(firstValueFrom(api.http.get('/a', fast)));
    expect(error).toBeInstanceOf(AxiosError);
    expect(error).toMatchObject({
      name: 'AxiosError',
      code: 'ERR_BAD_RESPONSE',
      status: 503,
      response: { status: 503, data: { detail: 'maintenance' } },
      cause: { code: 'HTTP_503', attempts: 3 },
    });
    expect(JSON.stringify([error, error.message, error.stack])).not.toContain(TOKEN);
  });

  it.each<[string, string, Script]>([
    ['ERR_BAD_REQUEST', 'UNAUTHORIZED', status(401)],
    ['ERR_BAD_RESPONSE', 'BAD_ANSWER', status(200, '{"a":')],
    ['ECONNRESET', 'UNREACHABLE', (socket) => socket.end()],
  ])('rejects with code %s for %s', async (code, cause, script) => {
    await using api = await world(script);
    const error = await errorOf(firstValueFrom(api.http.get('/a', { retry: { attempts: 1 } })));
    expect(error).toMatchObject({ code, cause: { code: cause } });
  });

  it('rejects with code ECONNABORTED when no answer comes in time', async () => {
    await using api = await world(() => {});
    fakeTimeouts();
    const error = errorOf(firstValueFrom(api.http.get('/a', { timeout: 500, retry: { attempts: 1 } })));
    while (api.server.requests.length === 0) await delay(1);
    jest.advanceTimersByTime(500);
    expect(await error).toMatchObject({ code: 'ECONNABORTED', cause: { code: 'UNREACHABLE' } });
  });

  it('authenticates as the caller says', async () => {
    await using api = await world(json({}));
    await firstValueFrom(api.http.get('/a', { auth: { username: 'ada', password: 'pass' } }));
    expect(api.server.requests[0]).toContain(`authorization: Basic ${Buffer.from('ada:pass').toString('base64')}\r\n`);
  });

  it('takes no more than maxContentLength', async () => {
    await using api = await world(json({ text: 'x'.repeat(100) }));
    const error = await errorOf(firstValueFrom(api.http.get('/a', { maxContentLength: 50 })));
    expect(error).toMatchObject({ code: 'ERR_BAD_RESPONSE', message: expect.stringContaining('50 bytes') });
    expect(api.server.requests).toHaveLength(1);
  });

  it('resolves with a status that the caller declares valid, once the policy has done what it can', async () => {
    await using api = await world(status(404));
    await expect(firstValueFrom(api.http.get('/a', { validateStatus: () => true }))).resolves.toMatchObject({
      status: 404,
    });
  });

  it('is cancelled by its signal, by unsubscribing, and by the end of its run', async () => {
    await using api = await world(() => {});
    const own = new AbortController();
    const bySignal = errorOf(firstValueFrom(api.http.get('/a', { signal: own.signal })));
    const run = new AbortController();
    const byRun = enterRunScope(aScope({ signal: run.signal }), () => errorOf(firstValueFrom(api.http.get('/a'))));
    const byRunOfAxios = enterRunScope(aScope({ signal: run.signal }), () => errorOf(api.http.axiosRef.get('/a')));
    const subscription = api.http.get('/a').subscribe();
    while (api.server.sockets.size < 4) await delay(1);
    own.abort();
    run.abort(new Error('deadline'));
    subscription.unsubscribe();
    expect(isCancel(await bySignal)).toBe(true);
    expect(await byRun).toMatchObject({ code: 'ERR_CANCELED', cause: { message: 'deadline' } });
    expect(await byRunOfAxios).toMatchObject({ code: 'ERR_CANCELED', cause: { message: 'deadline' } });
    while (api.server.sockets.size > 0) await delay(1);
  });

  it('shares the breaker of the host with the client', async () => {
    await using api = await world(status(500));
    const once = { retry: { attempts: 1 } };
    for (let sent = 0; sent < 5; sent++) await errorOf(firstValueFrom(api.http.get('/a', once)));
    const abort = new AbortController();
    const waiting = errorOf(api.dataApi.get('/a', anyAnswer, { ...once, signal: abort.signal }));
    await delay(20);
    expect(api.server.requests).toHaveLength(5);
    abort.abort(new Error('enough'));
    expect((await waiting).message).toBe('enough');
  });
});
