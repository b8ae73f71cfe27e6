import { jest } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { Lease } from '../../ledger/lease.js';
import type { LeftChunk } from '../../ledger/chunk-ledger.js';
import { singlePage } from '../authoring/pages/pages.js';
import type { PageSource } from './page-source.js';
import { aBatchContext } from '../testing/batch-context.fake.js';
import { forAuthors } from './batch-context.js';
import { BatchRun } from './batch-run.js';
import { ChunkWork } from './chunk-work.js';
import { MemoryChunks } from './testing/memory-chunks.js';
import { itemLedger, onlyOnce, type Order, PendingOrders } from './testing/pending-orders.js';
import { TroubledItems } from './troubled-items.js';

const LANES = 4;

class TwoReplicas extends Lease {
  readonly isHeld = true;
  readonly problem = null;
  readonly services = 2;

  async whenHeld(): Promise<void> {}
  onLost(): void {}
}

/** Whose items are listed at once and stay in the list. */
class StayingOrders extends PendingOrders {
  more: Readonly<Record<string, unknown>> = {};

  override get pages(): PageSource<Order> {
    return singlePage(async () => this.list.map((id) => ({ id, ...this.more })));
  }
}

describe('A batch that is shared with another replica', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'], advanceTimers: 5 });
  });
  afterEach(() => {
    jest.clearAllTimers();
    jest.useRealTimers();
  });

  async function begun(task: PendingOrders, left: readonly LeftChunk[] = [], mayLend = true) {
    task.turns = () => 3;
    const fake = aBatchContext();
    const ledger = itemLedger();
    const chunks = new MemoryChunks(fake.context.runId, fake.checkpoints);
    const troubled = await TroubledItems.load(ledger, fake.context);
    const sharing = { chunks, lease: new TwoReplicas(), left, mayLend };
    const end = new BatchRun(task, fake.context, troubled, fake.events, LANES, sharing).run();
    const isDone = end.then(
      () => true,
      () => true,
    );
    let done = false;
    void isDone.then(() => (done = true));
    /** Takes chunks as long as the run goes on. */
    const help = async () => {
      let processed = 0;
      while (!done) {
        const chunk = await chunks.take();
        const parts = { work: task, task: 'orders', author: forAuthors(fake.context), chunks, abort: fake.abort };
        if (chunk) processed += await new ChunkWork<Order>({ ...parts, lanes: LANES }).run(chunk);
        else await turn();
      }
      return processed;
    };
    const lend = async () => {
      for (;;) {
        const chunk = await chunks.take();
        if (chunk) return chunks.all.find(({ id }) => id === chunk.id)!;
        await turn();
      }
    };
    return { ...fake, chunks, end, help, lend, ledger };
  }

  const all = (count: number) => ({ total: count, succeeded: count, failed: 0, skipped: 0 });

  it.each<[string, (count: number) => PendingOrders]>([
    ['that shrinks', (count) => new PendingOrders(count)],
    ['that stays', (count) => new StayingOrders(count)],
  ])('does each item of a list %s once, there or here, and counts it once', async (_kind, make) => {
    const task = make(1_000);
    const { end, help, chunks } = await begun(task);
    const helped = help();
    expect(await end).toEqual(all(1_000));
    expect(await helped).toBeGreaterThan(100);
    expect(onlyOnce(task)).toBe(true);
    expect(task.effects.size).toBe(1_000);
    expect(chunks.all.filter(({ status }) => status !== 'ended')).toEqual([]);
  });

  it('lends more of a long page as long as others take it', async () => {
    const task = new StayingOrders(1_500);
    const { end, help } = await begun(task);
    // So slow that others ask for more before the page is done.
    task.turns = () => 500;
    const helped = help();
    expect(await end).toEqual(all(1_500));
    expect(await helped).toBeGreaterThan(500);
    expect(onlyOnce(task)).toBe(true);
  });

  it('has the failures of others on record once', async () => {
    const task = new StayingOrders(1_000);
    task.bad = new Set(task.list.filter((_id, place) => place % 10 === 0));
    const { end, help, recorder, checkpoints, abort } = await begun(task);
    void help();
    expect(await end).toEqual({ total: 1_000, succeeded: 900, failed: 100, skipped: 0 });
    await recorder.checkpoint({ pending: [], unconfirmed: [] }, abort.signal);
    const failures = checkpoints.flatMap(({ failures: some }) => some);
    expect(new Set(failures.map(({ id }) => id))).toEqual(task.bad);
    expect(failures).toHaveLength(100);
    expect(failures.every(({ error }) => error.code === 'HTTP_422')).toBe(true);
  });

  it('takes back what nobody takes', async () => {
    const task = new PendingOrders(600);
    const { end, checkpoints } = await begun(task);
    expect(await end).toEqual(all(600));
    expect(checkpoints.flatMap(({ chunks }) => chunks?.added ?? []).length).toBeGreaterThan(0);
    expect(onlyOnce(task)).toBe(true);
  });

  it.each<[string, (count: number) => PendingOrders]>([
    ['shrinks', (count) => new PendingOrders(count)],
    ['stays', (count) => new StayingOrders(count)],
  ])('does itself what another one leaves of a list that %s, and suspects it where that died', async (_kind, make) => {
    const task = make(600);
    const { end, lend, ledger } = await begun(task);
    const chunk = await lend();
    const items = JSON.parse(chunk.items) as { id: string }[];
    chunk.results = [{ place: 0, verdict: 'succeeded' }];
    task.list = task.pages.keepsTheRest ? task.list.filter((id) => id !== items[0]?.id) : task.list;
    chunk.isLost = true;
    expect(await end).toEqual(all(600));
    expect(ledger.crashed).toEqual([items.slice(1).map(({ id }) => id)]);
    expect(task.effects.size).toBe(599);
    expect(onlyOnce(task)).toBe(true);
  });

  it('is not through while others have items of it, when it is stopped', async () => {
    const task = new StayingOrders(300);
    const { end, lend, stopping } = await begun(task);
    await lend();
    while (task.effects.size < 200) await turn();
    for (let turns = 0; turns < 20; turns++) await turn();
    stopping.abort();
    await expect(end).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('goes on with what an earlier attempt has lent', async () => {
    const task = new StayingOrders(300);
    const items = task.list.slice(0, 50).map((id) => ({ id, ownId: id, item: { id } }));
    const results = items.map((_item, place) => ({ place, verdict: 'succeeded' as const }));
    const chunk = { id: 'r/1/000000', status: 'ended' as const, isLost: false, results, counted: 0, failure: null };
    const left = [{ ...chunk, items: JSON.stringify(items) }];
    const run = await begun(task, left, false);
    Object.assign(run.chunks, { leftBy: async () => left });
    expect(await run.end).toEqual(all(300));
    expect(task.effects.size).toBe(250);
  });

  it.each<[string, PendingOrders]>([
    ['a list of less than two chunks', new PendingOrders(150)],
    ['items that JSON does not carry', Object.assign(new StayingOrders(600), { more: { due: new Date() } })],
  ])('keeps %s', async (_what, task) => {
    const count = task.list.length;
    const { end, checkpoints } = await begun(task);
    expect(await end).toEqual(all(count));
    expect(checkpoints.flatMap(({ chunks }) => chunks?.added ?? [])).toEqual([]);
  });
});
