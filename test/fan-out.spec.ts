import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerProcess } from './faults/worker-process.ts';
import { BATCH, CONCURRENCY, HELPS, LEASE_MS, ORDERS, TAKEN_OVER_WITHIN_MS } from './replicas/orders-batch.ts';
import { useReplicas } from './replicas/use-replicas.ts';

const ITEMS = 3_000;

describe('one batch on three replicas', () => {
  const test = useReplicas(null);

  const model = () => test.current.scenario.server.model;
  const all = (count: number) => ({ total: count, succeeded: count, failed: 0, skipped: 0 });

  /** The holder, and two that have taken chunks. */
  async function shared(items = ITEMS): Promise<{ holder: WorkerProcess; helpers: WorkerProcess[] }> {
    model().latency = 30;
    model().addNumberedOrders(items);
    const helpers = await test.current.start(2, BATCH);
    const holder = await test.current.startOne({ ...BATCH, RUN_ON_START: 'true' });
    await Promise.all(helpers.map(({ log }) => log.find(HELPS, 30_000)));
    return { holder, helpers };
  }

  async function theEnd(by: WorkerProcess) {
    await by.log.find(/^Run (succeeded|partial|failed|cancelled)/, 120_000);
    const runs = await test.current.runs(ORDERS);
    expect(runs).toHaveLength(1);
    return runs[0]!;
  }

  /** Nothing lost, nothing twice, nothing left in the ledger. */
  async function expectWhole(): Promise<void> {
    expect(await test.current.violations()).toEqual([]);
    expect(await test.current.chunks()).toBe(0);
  }

  it('is worked by all of them, and counted once', async () => {
    const { holder } = await shared();
    expect(await theEnd(holder)).toMatchObject({ status: 'succeeded', attempt: 1, items: all(ITEMS) });
    expect(model().keys.repeats).toBe(0);
    await expectWhole();
  }, 180_000);

  it('records a failed item once, wherever it failed', async () => {
    for (let bad = 0; bad < ITEMS; bad += 100) model().unprocessable.add(`order-${String(bad).padStart(5, '0')}`);
    const { holder } = await shared();
    const run = await theEnd(holder);
    const failed = model().unprocessable.size;
    expect(run).toMatchObject({ status: 'partial', items: { total: ITEMS, succeeded: ITEMS - failed, failed } });
    const items = await test.current.failedItems(run.id);
    expect(items).toHaveLength(failed);
    expect(new Set(items)).toEqual(model().unprocessable);
    await expectWhole();
  }, 180_000);

  it('loses one that is killed, and repeats no more than was in flight there', async () => {
    const { holder, helpers } = await shared();
    helpers[0]!.kill('SIGKILL');
    expect(await theEnd(holder)).toMatchObject({ status: 'succeeded', attempt: 1, items: all(ITEMS) });
    expect(model().keys.repeats).toBeLessThanOrEqual(CONCURRENCY);
    await expectWhole();
  }, 180_000);

  it('goes on under another one when its holder is killed, with what others have in work', async () => {
    const { holder, helpers } = await shared();
    const killedAt = Date.now();
    holder.kill('SIGKILL');
    const next = await Promise.any(
      helpers.map((helper) => helper.log.find(/Resuming/, TAKEN_OVER_WITHIN_MS).then(() => helper)),
    );
    expect(Date.now() - killedAt).toBeLessThan(TAKEN_OVER_WITHIN_MS);
    expect(await theEnd(next)).toMatchObject({ status: 'succeeded', attempt: 2, items: all(ITEMS) });
    expect(model().keys.repeats).toBeLessThanOrEqual(CONCURRENCY);
    await expectWhole();
  }, 180_000);

  it('takes nothing from one that was frozen for two leases, which sends next to nothing more', async () => {
    const { holder, helpers } = await shared(6_000);
    const frozen = helpers[0]!;
    frozen.pause();
    await sleep(2 * LEASE_MS);
    const resumedAt = Date.now();
    const others = test.current.scenario.server.requests.filter(({ at }) => at > resumedAt - LEASE_MS);
    const ofOthers = new Set(others.map(({ connection }) => connection));
    frozen.resume();
    await frozen.log.find(/took this process for dead/, 5_000);
    const sent = test.current.scenario.server.requests.filter(
      ({ at, connection }) => at >= resumedAt && !ofOthers.has(connection),
    );
    expect(sent.length).toBeLessThanOrEqual(CONCURRENCY);
    expect(await theEnd(holder)).toMatchObject({ status: 'succeeded', attempt: 1, items: all(6_000) });
    expect(model().keys.repeats).toBeLessThanOrEqual(2 * CONCURRENCY);
    await expectWhole();
  }, 180_000);

  it('hands over at once what one that is stopped has, holder or not', async () => {
    const { holder, helpers } = await shared();
    expect(await helpers[0]!.stop('SIGTERM')).toMatchObject({ code: 0 });
    const stopped = holder.stop('SIGTERM');
    await helpers[1]!.log.find(/Resuming/, LEASE_MS);
    expect(await stopped).toMatchObject({ code: 0 });
    expect(await theEnd(helpers[1]!)).toMatchObject({ status: 'succeeded', attempt: 2, items: all(ITEMS) });
    expect(model().keys.repeats).toBe(0);
    await expectWhole();
  }, 180_000);

  it('ends on all of them within a second when it is cancelled', async () => {
    const { holder } = await shared();
    const [run] = await test.current.runs(ORDERS);
    await test.current.scenario.run(['cancel', run!.id, '--reason', 'enough']);
    expect(await theEnd(holder)).toMatchObject({ status: 'cancelled', reason: 'enough' });
    await sleep(1_000);
    const before = test.current.scenario.server.requests.length;
    await sleep(1_000);
    expect(test.current.scenario.server.requests.length).toBe(before);
    expect(await test.current.violations({ everyOrderProcessed: false })).toEqual([]);
    expect(await test.current.chunks()).toBe(0);
  }, 180_000);
});
