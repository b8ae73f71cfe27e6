import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox } from './sandbox.ts';
import { type SandboxOptions, startSandbox } from './sandbox-server.ts';
import { SandboxClient } from './testing/sandbox-client.ts';

describe('An Idempotency-Key', () => {
  let folder: string;
  let sandbox: Sandbox;
  let api: SandboxClient;

  const start = async (options: SandboxOptions = {}) => {
    sandbox = await startSandbox({ orders: 5, oldOrders: 0, database: join(folder, 'sandbox.db'), ...options });
    api = new SandboxClient(sandbox);
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
    await start();
  });
  afterEach(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });

  it('applies its operation once and repeats the answer', async () => {
    const { body } = await api.post('/api/v1/sync', 'same');
    expect((await api.post('/api/v1/sync', 'same')).body).toEqual(body);
    expect(sandbox.stats()).toMatchObject({ effects: 1, repeats: 1, maxEffectsPerKey: 1 });
    expect(sandbox.keys()).toEqual([
      { key: 'same', method: 'POST', path: '/api/v1/sync', requests: 2, effects: 1, repeats: 1 },
    ]);
  });

  it('survives a restart on the same file', async () => {
    await api.process(1);
    await sandbox.close();
    await start();
    expect(await api.pendingIds()).toEqual([2, 3, 4, 5]);
    expect(await api.process(1)).toMatchObject({ status: 200 });
    expect(sandbox.stats()).toMatchObject({ effects: 1, repeats: 1, ordersProcessedTwice: 0 });
  });

  it('gets 409 while its first request is in flight', async () => {
    sandbox.setKnobs({ latencyMs: 200 });
    const answers = await Promise.all([api.process(1), api.process(1)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(sandbox.keys()).toMatchObject([{ key: 'process:1', requests: 2, effects: 1, repeats: 0 }]);
  });

  it('is free again after a refusal', async () => {
    sandbox.setKnobs({ poisonedOrders: [1] });
    expect((await api.process(1)).status).toBe(422);
    sandbox.setKnobs({ poisonedOrders: [] });
    expect((await api.process(1)).status).toBe(200);
    expect(sandbox.keys()).toMatchObject([{ key: 'process:1', requests: 2, effects: 1 }]);
  });

  it('belongs to one operation', async () => {
    await api.process(1, 'key');
    expect(await api.process(2, 'key')).toMatchObject({ status: 422, body: { error: { code: 'key_reused' } } });
    expect(await api.pendingIds()).toContain(2);
  });

  it('is at most 255 characters long', async () => {
    expect((await api.process(1, 'k'.repeat(255))).status).toBe(200);
    expect((await api.process(2, 'k'.repeat(256))).status).toBe(400);
  });

  it('prevents a second effect; without one, repeats are counted', async () => {
    await api.post('/api/v1/orders/1/process');
    sandbox.setKnobs({ processLagMs: 60_000 });
    await api.post('/api/v1/orders/1/process');
    expect(sandbox.stats()).toMatchObject({ ordersProcessedTwice: 1, pendingOrders: 4 });
    expect(await api.pendingIds()).toEqual([2, 3, 4, 5]);

    sandbox.setKnobs({ honourKeys: false });
    await api.post('/api/v1/bookings/9/remind', 'remind:9');
    await api.post('/api/v1/bookings/9/remind', 'remind:9');
    expect(sandbox.stats()).toMatchObject({ bookingsRemindedTwice: 1, effects: 2, maxEffectsPerKey: 2 });
  });

  it('makes a retry after a lost answer safe', async () => {
    sandbox.setKnobs({ lostAnswerRate: 1 });
    await expect(api.process(1)).rejects.toThrow('fetch failed');
    sandbox.setKnobs({ lostAnswerRate: 0 });
    expect((await api.process(1)).status).toBe(200);
    expect(sandbox.stats()).toMatchObject({ effects: 1, repeats: 1, ordersProcessedTwice: 0 });
    expect(sandbox.requests().map(({ status }) => status)).toEqual([null, 200]);
  });
});
