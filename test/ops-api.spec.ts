import { ANSWERS } from '../src/ops/api/answers.schema.ts';
import { ROUTES } from '../src/ops/api/openapi.document.ts';
import { settings } from './faults/scenario.ts';
import { useScenario } from './faults/use-scenario.ts';
import { type Answer, addressOf, OpsClient } from './ops/ops-client.ts';

const API = '/api/v1';
const TASK = 'process_pending_orders';
const POISON = 'order-00002';

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
    const unkept = { 'idempotency-key': 'x'.repeat(201) };
    expect(await client.post(`${API}/tasks/${TASK}/pause`, {}, unkept)).toMatchObject({ status: 400 });
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
