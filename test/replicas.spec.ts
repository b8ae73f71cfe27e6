import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ShiftedClock } from './faults/process/shifted-clock.ts';
import { settings, type TaskName } from './faults/scenario.ts';
import type { ReceivedRequest } from './faults/server/received-request.ts';
import type { WorkerProcess } from './faults/worker-process.ts';
import { ADDED_TASK, NEWER_VERSION } from './replicas/added-task.ts';
import { CuttableProxy } from './replicas/cuttable-proxy.ts';
import { BATCH, CONCURRENCY, LEASE_MS, ORDERS, TAKEN_OVER_WITHIN_MS } from './replicas/orders-batch.ts';
import { useReplicas } from './replicas/use-replicas.ts';
import { WithoutNotifications } from './replicas/without-notifications.ts';

/** More than two leases each. */
const BLOCKED_FOR_MS = 12_000;
const AWAY_FOR_MS = 12_000;

describe('replicas on PostgreSQL', () => {
  const test = useReplicas();

  /** Two replicas, of which the first is in the middle of a long batch. */
  async function inABatch(environment: Readonly<Record<string, string>> = {}): Promise<[WorkerProcess, WorkerProcess]> {
    const { model } = test.current.scenario.server;
    model.latency = 50;
    model.addNumberedOrders(5_000);
    const other = await test.current.startOne(BATCH);
    const holder = await test.current.startOne({ ...BATCH, RUN_ON_START: 'true', ...environment });
    await until(() => model.processedOrders > 50);
    return [holder, other];
  }

  /** Lets the batch end, and answers its run. */
  async function theEnd(by: WorkerProcess) {
    test.current.scenario.server.model.latency = 0;
    await by.log.find(({ msg = '', task }) => task === ORDERS && /^Run (succeeded|partial)/.test(msg), 60_000);
    const runs = await test.current.runs(ORDERS);
    expect(runs).toHaveLength(1);
    return runs[0]!;
  }

  const through = ({ port }: CuttableProxy) => test.server.url.replace(`:${test.server.port}`, `:${port}`);
  const all = (count: number) => ({ total: count, succeeded: count, failed: 0, skipped: 0 });
  const requests = (): readonly ReceivedRequest[] => test.current.scenario.server.requests;

  it('run each slot once, whichever of them is killed', async () => {
    const task: TaskName = 'sync_external_data';
    const environment = settings(task, { SCHEDULE: 'every 1s' });
    const running = await test.current.start(3, environment);
    for (let round = 0; round < 3; round++) {
      await sleep(3_000);
      await running.shift()?.stop('SIGKILL');
      running.push(await test.current.startOne(environment));
    }
    await sleep(8_000);
    for (const replica of running) await replica.stop();
    const violations = await test.current.violations({ intervals: { [task]: 1_000 } });
    expect(violations).toEqual([]);
    const runs = await test.current.runs(task);
    const ran = runs.filter(({ status }) => status === 'succeeded');
    expect(ran.length).toBeGreaterThan(15);
    expect(test.current.scenario.server.model.keys.operations.get('sync')).toBe(ran.length);
  }, 120_000);

  it('take over the run of one that is killed, and repeat no more than was in flight', async () => {
    const [holder, other] = await inABatch();
    const killedAt = Date.now();
    holder.kill('SIGKILL');
    await other.log.find(/Resuming/, TAKEN_OVER_WITHIN_MS);
    expect(Date.now() - killedAt).toBeLessThan(TAKEN_OVER_WITHIN_MS);
    expect(await theEnd(other)).toMatchObject({ status: 'succeeded', attempt: 2, items: all(5_000) });
    expect(test.current.scenario.server.model.keys.repeats).toBeLessThanOrEqual(CONCURRENCY);
  }, 60_000);

  it('hand over at once what one that is stopped has in work', async () => {
    const [holder, other] = await inABatch();
    const stopped = holder.stop('SIGTERM');
    const told = Date.now();
    await other.log.find(/Resuming/, LEASE_MS);
    expect(Date.now() - told).toBeLessThan(2_000);
    expect(await stopped).toMatchObject({ code: 0 });
    expect(await theEnd(other)).toMatchObject({ status: 'succeeded', attempt: 2, items: all(5_000) });
    expect(test.current.scenario.server.model.keys.repeats).toBe(0);
  }, 60_000);

  it('let one that was frozen record nothing of what others have taken over, and send next to nothing', async () => {
    const [holder, other] = await inABatch();
    const frozenAt = Date.now();
    holder.pause();
    await other.log.find(/Resuming/, TAKEN_OVER_WITHIN_MS);
    expect(Date.now() - frozenAt).toBeLessThan(TAKEN_OVER_WITHIN_MS);
    await sleep(Math.max(0, frozenAt + 2 * LEASE_MS - Date.now()));
    const ofOther = connectionsSince(requests(), frozenAt + LEASE_MS - 500);
    const resumedAt = Date.now();
    holder.resume();
    await holder.log.find('taken the run over', 5_000);
    await holder.ready();
    const ofStale = requests().filter(({ at, connection }) => at >= resumedAt && !ofOther.has(connection));
    expect(ofStale.length).toBeLessThanOrEqual(CONCURRENCY);
    expect(await theEnd(other)).toMatchObject({ status: 'succeeded', attempt: 2, items: all(5_000) });
    expect(test.current.scenario.server.model.keys.repeats).toBeLessThanOrEqual(2 * CONCURRENCY);
  }, 60_000);

  it('take over from one that is cut off from the store, which sends nothing from then on', async () => {
    const proxy = await CuttableProxy.before(test.server.port);
    try {
      const [holder, other] = await inABatch({ DATABASE_URL: through(proxy), DATA_API_TOKEN: 'holder' });
      const cutAt = Date.now();
      proxy.pull();
      await holder.health('/health/ready', (status) => status === 503, 8_000);
      await other.log.find(/Resuming/, TAKEN_OVER_WITHIN_MS);
      const takenOverAt = Date.now();
      expect(takenOverAt - cutAt).toBeLessThan(TAKEN_OVER_WITHIN_MS);
      await sleep(2_000);
      const ofHolder = requests().filter(({ headers }) => headers['authorization'] === 'Bearer holder');
      expect(ofHolder.length).toBeGreaterThan(0);
      expect(ofHolder.filter(({ at }) => at > takenOverAt)).toEqual([]);
      proxy.plug();
      await holder.log.find('taken the run over', 10_000);
      await holder.ready();
      expect(await theEnd(other)).toMatchObject({ status: 'succeeded', attempt: 2, items: all(5_000) });
    } finally {
      await proxy.close();
    }
  }, 60_000);

  it('leave its run to one whose event loop is blocked for two leases', async () => {
    const preload = fileURLToPath(new URL('replicas/blockable-loop.mjs', import.meta.url));
    const [holder] = await inABatch({ NODE_OPTIONS: `--import=${preload}`, BLOCK_FOR_MS: String(BLOCKED_FOR_MS) });
    holder.kill('SIGUSR2');
    await holder.log.find('Loop blocked');
    await sleep(BLOCKED_FOR_MS);
    expect(await theEnd(holder)).toMatchObject({ status: 'succeeded', attempt: 1, items: all(5_000) });
    expect(test.current.scenario.server.model.keys.repeats).toBeLessThanOrEqual(CONCURRENCY);
  }, 60_000);

  it('pause while the store is away, double nothing, and go on within 3 s of its return', async () => {
    const [holder, other] = await inABatch();
    await test.server.kill();
    await Promise.all([holder, other].map((replica) => replica.health('/health/ready', (status) => status === 503)));
    await sleep(AWAY_FOR_MS);
    const before = requests().length;
    await test.server.start();
    const backAt = Date.now();
    await until(() => requests().length > before, 3_000);
    expect(Date.now() - backAt).toBeLessThan(3_000);
    await Promise.all([holder.ready(), other.ready()]);
    expect(await theEnd(holder)).toMatchObject({ status: 'succeeded', attempt: 1, items: all(5_000) });
    expect(test.current.scenario.server.model.keys.repeats).toBe(0);
  }, 60_000);

  it('hand over and start what is asked for where no notification of the store arrives', async () => {
    const without = new WithoutNotifications();
    const proxy = await CuttableProxy.before(test.server.port, without.filter);
    try {
      const { scenario } = test.current;
      scenario.environment = { ...scenario.environment, DATABASE_URL: through(proxy) };
      const [holder, other] = await inABatch();
      const askedAt = Date.now();
      expect(await scenario.run(['run', 'sync_external_data', '--detach'])).toMatchObject({ code: 0 });
      await test.current.until(async () =>
        (await test.current.runs('sync_external_data'))[0]?.startedAt ? true : undefined,
      );
      expect(Date.now() - askedAt).toBeLessThan(LEASE_MS);
      const stopped = holder.stop('SIGTERM');
      await other.log.find(/Resuming/, LEASE_MS);
      expect(await stopped).toMatchObject({ code: 0 });
      expect(await theEnd(other)).toMatchObject({ status: 'succeeded', attempt: 2, items: all(5_000) });
      expect(test.current.scenario.server.model.keys.repeats).toBe(0);
      expect(without.dropped).toBeGreaterThan(0);
    } finally {
      await proxy.close();
    }
  }, 60_000);

  it('lose and double no slot while an old and a new version with other schedules run side by side', async () => {
    const task: TaskName = 'sync_external_data';
    const old = await test.current.startOne(settings(task, { SCHEDULE: 'every 2s', CATCH_UP: 'skip' }));
    await sleep(4_500);
    const fresh = await test.current.startOne(settings(task, { SCHEDULE: 'every 3s', CATCH_UP: 'skip' }));
    await sleep(4_000);
    await old.stop();
    const alone = Date.now();
    await sleep(6_500);
    await fresh.stop();
    const runs = await test.current.runs(task);
    expect(runs.map(({ status }) => status)).toEqual(runs.map(() => 'succeeded'));
    const slots = runs.map(({ slot }) => Date.parse(slot ?? ''));
    expect(new Set(slots).size).toBe(slots.length);
    expect(slots.filter((slot) => slot > alone && slot % 3_000 !== 0)).toEqual([]);
    const [newest, oldest] = [Math.max(...slots), Math.min(...slots)];
    const missing = Array.from({ length: (newest - oldest) / 1_000 }, (_, index) => oldest + index * 1_000).filter(
      (instant) => instant % (instant < alone - 4_000 ? 2_000 : 3_000) === 0 && !slots.includes(instant),
    );
    expect(missing).toEqual([]);
  }, 60_000);

  it('leave a task that only a newer version has to those who know it', async () => {
    const old = await test.current.startOne();
    const newer = await Promise.all([1, 2].map(() => test.current.startOne({}, NEWER_VERSION)));
    const known = new Set(newer.map(({ pid }) => pid));
    const holder = await test.current.until(() => test.current.holderOf(ADDED_TASK, newer));
    holder.kill('SIGKILL');
    const [heir] = newer.filter((replica) => replica !== holder);
    await heir!.log.find(/Resuming/, TAKEN_OVER_WITHIN_MS);
    await heir!.log.find(({ msg, attempt }) => msg === 'Run succeeded' && attempt === 2);
    await heir!.log.next('Run succeeded');
    await Promise.all([old, heir!].map((replica) => replica.stop()));
    const runs = await test.current.runs(ADDED_TASK);
    expect(runs.filter(({ status }) => !['succeeded', 'skipped', 'interrupted'].includes(status))).toEqual([]);
    const executed = `select worker from ${test.current.schema}.runs where worker is not null`;
    const pids = (await test.current.query<{ worker: string }>(executed)).map(({ worker }) =>
      Number(worker.split('/')[1]),
    );
    expect(pids.filter((pid) => !known.has(pid))).toEqual([]);
  }, 60_000);

  it.each([5, -5])(
    'run no slot early and steal nothing where one clock is off by %d min',
    async (minutes) => {
      const task: TaskName = 'sync_external_data';
      const environment = settings(task, { SCHEDULE: 'every 2s' });
      const clock = new ShiftedClock(test.current.scenario.folder, { at: new Date(Date.now() + minutes * 60_000) });
      const wrong = await test.current.startOne({ ...environment, ...clock.environment });
      await wrong.log.find(/clock of this machine is 5m/);
      const right = await test.current.startOne(environment);
      await sleep(7_000);
      await Promise.all([wrong.stop(), right.stop()]);
      const runs = await test.current.runs(task);
      const ran = runs.filter(({ status }) => status === 'succeeded');
      expect(ran.length).toBeGreaterThanOrEqual(3);
      expect(runs.filter(({ attempt }) => attempt > 1)).toEqual([]);
      for (const { slot, startedAt } of ran) {
        expect(Math.abs(Date.parse(startedAt ?? '') - Date.parse(slot ?? ''))).toBeLessThan(3_000);
      }
      expect(Math.max(...runs.map(({ slot }) => Date.parse(slot ?? '')))).toBeLessThanOrEqual(Date.now());
      expect(await test.current.violations({ intervals: { [task]: 2_000 } })).toEqual([]);
    },
    60_000,
  );
});

function connectionsSince(requests: readonly ReceivedRequest[], instant: number): ReadonlySet<number> {
  return new Set(requests.flatMap(({ at, connection }) => (at >= instant ? connection : [])));
}

async function until(holds: () => boolean, timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('It did not come about in time');
    await sleep(10);
  }
}
