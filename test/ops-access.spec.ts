import { ROUTES } from '../src/ops/api/openapi.document.ts';
import { TOKEN as API_TOKEN } from './faults/scenario.ts';
import { useScenario } from './faults/use-scenario.ts';
import { addressOf, OpsClient } from './ops/ops-client.ts';

const API = '/api/v1';
const TASK = 'process_pending_orders';
const OPERATOR = 'an-operator-token-of-32-characters';
const VIEWER = 'a-viewer-token-of-some-32-characters';
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const LOGIN = { token: OPERATOR, name: 'Ada' };
/** Everything but the login, which is for those who are not in yet. */
const OPERATIONS = ROUTES.filter(({ method, path }) => method !== 'post' || path !== '/session').map(
  ({ method, path }) => ({
    method: method.toUpperCase(),
    path: API + path.replace('{name}', TASK).replace('{id}', '0'),
  }),
);
const CHANGES = OPERATIONS.filter(({ method }) => method === 'POST').map(({ path }) => path);

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
    const evil = client.with({ host: 'evil.example' });
    for (const path of [`${API}/tasks`, `${API}/events`, '/console', '/console/assets/index.js']) {
      expect([path, (await evil.get(path)).status]).toEqual([path, 421]);
    }
    expect(await evil.post(`${API}/session`, LOGIN)).toMatchObject({ status: 421 });
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
    expect(answers[0]).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
    });
    expect((await client.get(`${API}/tasks?token=${OPERATOR}&access_token=${OPERATOR}`)).status).toBe(401);
    const answer = await client.with(bearer(OPERATOR)).get(`${API}/tasks`);
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
    });
  });

  it('asks for a credential at each operation (security: auth)', async () => {
    const client = await started(TOKENS);
    const reading = ['openapi.json', 'docs'].map((path) => ({ method: 'GET', path: `${API}/${path}` }));
    const answers = [...OPERATIONS, ...reading].map(async ({ method, path }) => {
      const { status } = await client.ask(path, { method });
      return { method, path, status };
    });
    expect((await Promise.all(answers)).filter(({ status }) => status !== 401)).toEqual([]);
  });

  it('lets a viewer look and change nothing, by token and by cookie (security: auth)', async () => {
    const client = await started(TOKENS);
    const { headers } = await client.post(`${API}/session`, { token: VIEWER, name: 'Bob' });
    const [cookie = ''] = (headers['set-cookie'] as string[])[0]!.split(';');
    for (const viewer of [client.with(bearer(VIEWER)), client.with({ cookie })]) {
      expect((await viewer.get(`${API}/tasks`)).status).toBe(200);
      for (const path of CHANGES) expect([path, (await viewer.post(path)).status]).toEqual([path, 403]);
      for (const list of ['runs', 'audit']) expect((await viewer.get(`${API}/${list}`)).body.items).toEqual([]);
    }
  });

  it('changes nothing by GET (security: CSRF)', async () => {
    const client = await started();
    for (const path of CHANGES) expect([path, (await client.get(path)).status]).toEqual([path, 404]);
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
      { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' },
    ]) {
      const { status } = await client.post(pause, { reason: 'forged' }, headers);
      expect([headers, status >= 400]).toEqual([headers, true]);
    }
    expect((await client.get(`${API}/tasks/${TASK}`)).body.paused).toBeNull();
    expect((await client.post(pause, {}, { 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    const preflight = { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } };
    for (const ask of [{}, preflight]) {
      const { headers } = await client.with({ origin: 'https://evil.example' }).ask(pause, ask);
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('logs nobody in from another page (security: CSRF)', async () => {
    const client = await started(TOKENS);
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
      const answer = await client.post(`${API}/session`, LOGIN, headers);
      expect([headers, answer.status, answer.headers['set-cookie']]).toEqual([headers, 403, undefined]);
    }
  });

  it('exchanges a token for a cookie that ends with logout or another token (security: auth)', async () => {
    const client = await started(TOKENS);
    const { headers, body } = await client.post(`${API}/session`, LOGIN);
    expect(body).toEqual({ name: 'Ada', role: 'operator', via: 'console' });
    const [set = ''] = headers['set-cookie'] as string[];
    expect(set).toMatch(/^worker=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    const browser = client.with({ cookie: set.split(';')[0]! });
    await browser.post(`${API}/tasks/${TASK}/pause`);
    expect((await browser.get(`${API}/audit`)).body.items[0]?.actor).toEqual(body);
    await browser.ask(`${API}/session`, { method: 'DELETE' });
    expect((await browser.get(`${API}/tasks`)).status).toBe(401);

    const [again = ''] = (await client.post(`${API}/session`, LOGIN)).headers['set-cookie'] as string[];
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
    // The 30th change of the minute, and one more.
    expect(refused.at(-2)).toMatchObject({ status: 409 });
    expect(refused.at(-1)).toMatchObject({ status: 429, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } });
  });

  it('serves the console with a strict policy (security: CSP)', async () => {
    const client = await started();
    const page = await client.get('/console');
    expect(page.headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; " +
        "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)|style=|https?:\/\//);
    const { headers } = await client.get(`${API}/docs`);
    expect(headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'");
  });

  it('refuses a body too large, deep or broken, without its insides (security: errors)', async () => {
    const { url } = await started();
    const nested = (depth: number) => `{"params":{"x":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
    for (const [body, status] of [
      [JSON.stringify({ reason: 'x'.repeat(1_100_000) }), 413],
      [nested(100_000), 400],
      ['{"reason":', 400],
      ['[]', 400],
      ['"text"', 400],
    ] as const) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${url}${API}/tasks/${TASK}/run`, { method: 'POST', headers, body });
      const text = await answer.text();
      expect([body.slice(0, 40), answer.status, text]).toEqual([body.slice(0, 40), status, expect.any(String)]);
      expect(answer.headers.get('content-type')).toMatch('application/problem+json');
      expect(text.length).toBeLessThan(2_000);
      expect(text).not.toMatch(/node_modules|\.js:\d|\n\s+at /);
    }
  });

  it('shows a secret in no answer, though an API echoed it (security: secrets)', async () => {
    const secrets = { ...TOKENS, METRICS_TOKEN: 'm3trics-token-that-nobody-may-see' };
    const operator = (await started(secrets)).with(bearer(OPERATOR));
    test.expectations = { everyOrderProcessed: false };
    test.current.server.model.addNumberedOrders(1);
    const detail = `the token ${API_TOKEN}, or ${btoa(API_TOKEN)}, is known`;
    test.current.server.on('process order', (_, reply) => reply.json(422, { detail }));
    const { body } = await operator.post(`${API}/tasks/${TASK}/run`);
    await operator.until(`${API}/runs/${body.id}`, (answer) => answer.body.finishedAt !== null);
    const reading = OPERATIONS.filter(({ method, path }) => method === 'GET' && path !== `${API}/events`);
    const texts = [];
    for (const { path } of reading) texts.push((await operator.get(path.replace('/runs/0', `/runs/${body.id}`))).text);
    const text = texts.join('\n');
    expect(text).toContain('is known');
    for (const secret of [...Object.values(secrets), API_TOKEN, btoa(API_TOKEN)]) expect(text).not.toContain(secret);
  });
});
