import { ANSWERS } from '../src/ops/api/answers.schema.ts';
import { ROUTES } from '../src/ops/api/openapi.document.ts';
import { settings } from './faults/scenario.ts';
import { useScenario } from './faults/use-scenario.ts';
import { type Answer, addressOf, OpsClient } from './ops/ops-client.ts';

const API = '/api/v1';
const TASK = 'process_pending_orders';
const POISON = 'order-00002';
const OPERATOR = 'an-operator-token-of-32-characters';
const VIEWER = 'a-viewer-token-of-some-32-characters';
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('the ops API', () => {
  const test = useScenario();

  async function started(environment: Record<string, string> = {}): Promise<OpsClient> {
    return new OpsClient(await addressOf(await test.current.ready(environment)));
  }

  /** A run of `orders` items by hand, one of which fails. */
  async function failedRun(client: OpsClient, orders = 5): Promise<Answer> {
    test.expectations = { everyOrderProcessed: false };
    test.current.server.model.addNumberedOrders(orders);
    test.current.server.model.unprocessable.add(POISON);
    const { body } = await client.post(`${API}/tasks/${TASK}/run`);
    return client.until(`${API}/runs/${body.id}`, (answer) => answer.body.finishedAt !== null);
  }

  it('answers every operation as its document says', async () => {
    const client = await started();
    const { body: run } = await failedRun(client);
    const document = await client.get(`${API}/openapi.json`);
    expect(Object.keys(document.body.paths).sort()).toEqual([...new Set(ROUTES.map(({ path }) => path))].sort());
    for (const { method, path, status, answer } of ROUTES.filter(({ method }) => method === 'get')) {
      if (answer === undefined) continue;
      const got = await client.get(API + path.replace('{name}', TASK).replace('{id}', run.id));
      expect([method, path, got.status]).toEqual([method, path, status]);
      expect({ path, problem: ANSWERS[answer].safeParse(got.body).error?.message }).toEqual({
        path,
        problem: undefined,
      });
    }
  });

  it('runs, retries and releases, and keeps who did it', async () => {
    const client = await started();
    const failed = await failedRun(client);
    expect(failed.body).toMatchObject({ status: 'partial', items: { total: 5, failed: 1 }, actor: { via: 'api' } });
    expect((await client.get(`${API}/items?task=${TASK}`)).body.items).toMatchObject([{ id: POISON, failedRuns: 1 }]);

    test.current.server.model.unprocessable.clear();
    const retry = await client.post(`${API}/runs/${failed.body.id}/retry`, { items: [POISON], reason: 'mended' });
    expect(retry).toMatchObject({ status: 202, body: { trigger: 'retry', retryOf: failed.body.id } });
    await client.until(`${API}/runs/${retry.body.id}`, ({ body }) => body.status === 'succeeded');
    expect((await client.get(`${API}/audit`)).body.items).toMatchObject([
      { action: 'retry', target: failed.body.id, reason: 'mended', address: '127.0.0.1', actor: { name: 'local' } },
      { action: 'run', target: TASK },
    ]);
  });

  it('runs dry, refuses parameters that the task does not take, and tells which it takes', async () => {
    const client = await started();
    test.expectations = { everyOrderProcessed: false };
    test.current.server.model.addNumberedOrders(3);
    const refused = await client.post(`${API}/tasks/${TASK}/run`, { params: { colour: 'red' } });
    expect(refused).toMatchObject({
      status: 400,
      body: { code: 'BAD_PARAMS', detail: expect.stringContaining('colour') },
    });
    const { body } = await client.post(`${API}/tasks/${TASK}/run`, { params: {}, dryRun: true });
    expect(body).toMatchObject({ dryRun: true, params: null });
    const run = await client.until(`${API}/runs/${body.id}`, (answer) => answer.body.finishedAt !== null);
    expect(run.body).toMatchObject({ status: 'succeeded', result: { heldBack: 3 } });
    expect(test.current.server.model.processedOrders).toBe(0);
    expect((await client.get(`${API}/tasks/${TASK}`)).body).toMatchObject({ params: null });
  });

  it('tells which options of a task are in force, and where each comes from', async () => {
    const client = await started({
      ...settings(TASK, { SCHEDULE: 'every 7m' }),
      [`TASK_${TASK.toUpperCase()}_PING_URL`]: 'http://127.0.0.1:9/s3cret',
    });
    const { body, text } = await client.get(`${API}/tasks/${TASK}`);
    expect(body).toMatchObject({
      options: expect.arrayContaining([
        {
          name: 'schedule',
          value: 'every 7m',
          source: 'environment',
          variable: 'TASK_PROCESS_PENDING_ORDERS_SCHEDULE',
        },
        { name: 'timeout', value: '30m', source: 'task', variable: 'TASK_PROCESS_PENDING_ORDERS_TIMEOUT' },
        expect.objectContaining({ name: 'pingUrl', value: 'set' }),
      ]),
    });
    expect(text).not.toContain('s3cret');
  });

  it('pauses for a time, and resumes', async () => {
    const client = await started(settings(TASK, { SCHEDULE: 'every 7m' }));
    const paused = await client.post(`${API}/tasks/${TASK}/pause`, { for: '1h', reason: 'deploy' });
    expect(paused).toMatchObject({ status: 200, body: { task: TASK, reason: 'deploy' } });
    const { body, text } = await client.get(`${API}/tasks/${TASK}`);
    expect(body.paused).toEqual(paused.body);
    const { paused: pause, nextRuns } = JSON.parse(text) as { paused: { ends: string }; nextRuns: string[] };
    expect([nextRuns.length, nextRuns.every((at) => at >= pause.ends)]).toEqual([5, true]);
    await client.post(`${API}/tasks/${TASK}/resume`);
    expect((await client.get(`${API}/tasks/${TASK}`)).body.paused).toBeNull();
    expect(await client.post(`${API}/tasks/${TASK}/resume`)).toMatchObject({ status: 409 });
  });

  it('answers a repeated key as before, and refuses it for another command', async () => {
    const client = await started();
    const key = { 'idempotency-key': 'a-key-of-mine' };
    const one = await client.post(`${API}/tasks/${TASK}/run`, {}, key);
    const same = await client.post(`${API}/tasks/${TASK}/run`, {}, key);
    expect(same.body.id).toBe(one.body.id);
    expect(await client.post(`${API}/tasks/${TASK}/pause`, {}, key)).toMatchObject({ status: 422 });
  });

  it('answers a long history page by page, each run once', async () => {
    const client = await started(settings(TASK, { SCHEDULE: 'every 200ms' }));
    await client.until(`${API}/runs?limit=500`, ({ body }) => body.items.length >= 7);
    await client.post(`${API}/tasks/${TASK}/pause`);
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await client.get(`${API}/runs?limit=3&task=${TASK}${cursor}`);
      seen.push(...body.items.map(({ id }) => id));
      if (body.next === null) break;
      cursor = `&cursor=${body.next}`;
    }
    expect(seen.length).toBeGreaterThanOrEqual(7);
    expect([...new Set(seen)].sort().toReversed()).toEqual(seen);
  });

  it('finds runs by status, trigger, time, id and error', async () => {
    const client = await started();
    const { body: run } = await failedRun(client);
    const found = async (query: string) => (await client.get(`${API}/runs?${query}`)).body.items.map(({ id }) => id);
    for (const query of [
      'status=partial,failed',
      'trigger=manual',
      `q=${run.id.slice(0, 20)}`,
      `since=${run.queuedAt}`,
    ]) {
      expect([query, await found(query)]).toEqual([query, [run.id]]);
    }
    for (const query of ['status=succeeded', 'trigger=schedule', 'q=nothing-like-it', `until=${run.queuedAt}`]) {
      expect([query, await found(query)]).toEqual([query, []]);
    }
  });

  it.each(['HTTP_418', '418', 'answered 418'])('finds runs by %j in their error', async (q) => {
    const client = await started();
    test.current.server.on('sync', (_, reply) => reply.json(418, {}));
    const { body } = await client.post(`${API}/tasks/sync_external_data/run`);
    await client.until(`${API}/runs/${body.id}`, ({ body: { status } }) => status === 'failed');
    const found = await client.get(`${API}/runs?q=${encodeURIComponent(q)}`);
    expect(found.body).toMatchObject({ items: [{ id: body.id }], next: null, searchedBackTo: null });
    expect((await client.get(`${API}/runs?q=${q}&task=nope`)).status).toBe(404);
  });

  it('answers what it cannot with a problem that says what is wrong', async () => {
    const client = await started();
    for (const [path, status, words] of [
      ['/runs?limit=0', 400, 'limit'],
      ['/runs?status=fine', 400, 'status'],
      ['/runs?colour=red', 400, 'colour'],
      ['/tasks/nope', 404, 'nope'],
      ['/runs/nope', 404, 'nope'],
      ['/nothing', 404, '/nothing'],
    ] as const) {
      const answer = await client.get(API + path);
      expect(answer).toMatchObject({ status, body: { status, detail: expect.stringContaining(words) } });
      expect(answer.headers['content-type']).toMatch('application/problem+json');
    }
  });
});

describe('access to the ops API', () => {
  const test = useScenario();
  const TOKENS = { OPS_TOKEN: OPERATOR, OPS_VIEWER_TOKEN: VIEWER };

  async function started(environment: Record<string, string> = {}): Promise<OpsClient> {
    return new OpsClient(await addressOf(await test.current.ready(environment)));
  }

  it('is open on loopback without tokens, under loopback names alone (security: rebinding)', async () => {
    const client = await started({ PUBLIC_URL: 'https://worker.example.com' });
    for (const host of ['localhost:1', '127.0.0.1:1', '[::1]:1', 'worker.example.com']) {
      expect([host, (await client.with({ host }).get(`${API}/tasks`)).status]).toEqual([host, 200]);
    }
    for (const path of [`${API}/tasks`, `${API}/events`, '/console']) {
      expect(await client.with({ host: 'evil.example' }).get(path)).toMatchObject({ status: 421 });
    }
  });

  it('is closed beyond loopback without a token (security: auth)', async () => {
    const client = await started({ HOST: '0.0.0.0' });
    for (const path of [`${API}/tasks`, `${API}/events`, '/console', '/console/runs']) {
      expect([path, (await client.get(path)).status]).toEqual([path, 403]);
    }
  });

  it('answers whoever shows no good token in one and the same way (security: auth)', async () => {
    const client = await started(TOKENS);
    const attempts = [
      {},
      bearer('wrong'),
      bearer(`${OPERATOR}x`),
      { cookie: 'worker=AAAA' },
      { authorization: OPERATOR },
    ];
    const from = performance.now();
    const first = await Promise.race(attempts.map((headers) => client.with(headers).get(`${API}/tasks`)));
    // A timer may fire within the millisecond before it is due.
    expect([first.status, performance.now() - from > 248]).toEqual([401, true]);
    const answers = await Promise.all(attempts.map((headers) => client.with(headers).get(`${API}/tasks`)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    expect((await client.get(`${API}/tasks?token=${OPERATOR}&access_token=${OPERATOR}`)).status).toBe(401);
    const answer = await client.with(bearer(OPERATOR)).get(`${API}/tasks`);
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
    });
  });

  it('lets a viewer look and change nothing (security: auth)', async () => {
    const viewer = (await started(TOKENS)).with(bearer(VIEWER));
    expect((await viewer.get(`${API}/tasks`)).status).toBe(200);
    for (const path of [`tasks/${TASK}/run`, `tasks/${TASK}/pause`, 'items/release', 'runs/0/cancel', 'runs/0/retry']) {
      expect([path, (await viewer.post(`${API}/${path}`)).status]).toEqual([path, 403]);
    }
    expect((await viewer.get(`${API}/runs`)).body.items).toEqual([]);
  });

  it('takes changes from the console alone, not from other pages (security: CSRF)', async () => {
    const client = await started();
    const pause = `${API}/tasks/${TASK}/pause`;
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'content-type': 'text/plain' },
    ]) {
      const { status } = await client.post(pause, { reason: 'forged' }, headers);
      expect([headers, status >= 400]).toEqual([headers, true]);
    }
    expect((await client.get(`${API}/tasks/${TASK}`)).body.paused).toBeNull();
    expect((await client.post(pause, {}, { 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await client.get(`${API}/tasks`)).headers['access-control-allow-origin']).toBeUndefined();
  });

  it('exchanges a token for a cookie that ends with logout or another token (security: auth)', async () => {
    const login = { token: OPERATOR, name: 'Ada' };
    const client = await started(TOKENS);
    const { headers, body } = await client.post(`${API}/session`, login);
    expect(body).toEqual({ name: 'Ada', role: 'operator', via: 'console' });
    const [set = ''] = headers['set-cookie'] as string[];
    expect(set).toMatch(/^worker=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    const browser = client.with({ cookie: set.split(';')[0]! });
    await browser.post(`${API}/tasks/${TASK}/pause`);
    expect((await browser.get(`${API}/audit`)).body.items[0]?.actor).toEqual(body);
    await browser.ask(`${API}/session`, { method: 'DELETE' });
    expect((await browser.get(`${API}/tasks`)).status).toBe(401);

    const [again = ''] = (await client.post(`${API}/session`, login)).headers['set-cookie'] as string[];
    await test.current.processes[0]!.stop();
    const rotated = await started({ OPS_TOKEN: OPERATOR.toUpperCase() });
    expect((await rotated.with({ cookie: again.split(';')[0]! }).get(`${API}/tasks`)).status).toBe(401);
  });

  it('marks the cookie Secure where people come by https (security: auth)', async () => {
    const client = (await started({ ...TOKENS, PUBLIC_URL: 'https://w.example' })).with({ host: 'w.example' });
    const { headers } = await client.post(`${API}/session`, { token: VIEWER, name: 'Bob' });
    expect(headers['set-cookie']).toEqual([expect.stringMatching(/^__Host-worker=.*; Secure$/)]);
  });

  it('slows down whoever guesses tokens, runs or changes too much (security: rates)', async () => {
    const client = await started(TOKENS);
    const operator = client.with(bearer(OPERATOR));
    const logins = [];
    for (let count = 0; count < 6; count += 1) {
      logins.push((await client.post(`${API}/session`, { token: 'wrong', name: 'x' })).status);
    }
    expect(logins).toEqual([401, 401, 401, 401, 401, 429]);
    const runs = [];
    for (let count = 0; count < 6; count += 1) runs.push((await operator.post(`${API}/tasks/${TASK}/run`)).status);
    expect(runs).toEqual([202, 202, 202, 202, 202, 429]);
    const refused = [];
    for (let count = 0; count < 25; count += 1) refused.push(await operator.post(`${API}/tasks/${TASK}/resume`));
    expect(refused.at(-1)).toMatchObject({ status: 429, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } });
  });

  it('serves the console with a strict policy (security: CSP)', async () => {
    const page = await (await started()).get('/console');
    expect(page.headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; " +
        "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)|style=|https?:\/\//);
  });
});
