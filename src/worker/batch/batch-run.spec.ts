import { jest } from '@jest/globals';
import fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import type { ItemLedger, ItemRecord } from '../../ledger/item-ledger.js';
import type { Checkpoint } from '../../ledger/run-ledger.js';
import { RunInterruptedError, WorkerError } from '../../runs/errors.js';
import type { ItemContext, ItemVerdict } from '../authoring/item-context.js';
import { singlePage } from '../authoring/pages/pages.js';
import { type PageContext, shrinkingList } from '../authoring/pages/shrinking-list.js';
import { aBatchContext } from '../testing/batch-context.fake.js';
import type { BatchContext } from './batch-context.js';
import { BatchRun } from './batch-run.js';
import type { BatchWork } from './batch-work.js';
import type { PageSource } from './page-source.js';
import { TroubledItems } from './troubled-items.js';

interface Order {
  readonly id: string | null;
  readonly note?: string;
}

class BadOrderError extends WorkerError {
  constructor() {
    super('This order cannot be processed', 'HTTP_422');
  }
}

class GoneError extends WorkerError {
  override readonly itemGone = true;
}

class UnauthorizedError extends WorkerError {
  override readonly endsRun = true;
}

/** A Data API in memory, and a task that drains it. */
class PendingOrders implements BatchWork<Order> {
  pageSize = 100;
  single = false;
  list: string[];
  readonly effects = new Map<string, number>();
  readonly reads: number[] = [];
  bad = new Set<string>();
  gone = new Set<string>();
  /** Listed without an id, and with this note instead. */
  unusable = new Map<string, () => string>();
  turns = (): number => 0;
  /** Reads for which a processed order is still listed. */
  lag = 0;
  onProcess: (id: string) => void | Promise<void> = () => {};
  page: (request: Pick<PageContext, 'offset' | 'limit'>) => string[] = ({ offset, limit }) =>
    this.list.slice(offset, offset + limit);
  inWork = 0;
  peak = 0;

  constructor(count: number) {
    this.list = Array.from({ length: count }, (_, index) => `o${index}`);
  }

  get pages(): PageSource<Order> {
    if (this.single) return singlePage(() => this.fetchPage({ offset: 0, limit: Infinity }));
    return shrinkingList((page) => this.fetchPage(page), { pageSize: this.pageSize });
  }

  private async fetchPage(request: Pick<PageContext, 'offset' | 'limit'>): Promise<Order[]> {
    this.reads.push(request.offset);
    for (let left = this.turns(); left > 0; left--) await turn();
    this.leaveLate();
    return this.page(request).map((id) => {
      const note = this.unusable.get(id);
      return note ? { id: null, note: note() } : { id };
    });
  }

  idOf({ id }: Order): string {
    if (id === null) throw new TypeError('the id is null');
    return id;
  }

  async processItem(_order: Order, { id }: ItemContext): Promise<ItemVerdict> {
    this.peak = Math.max(this.peak, ++this.inWork);
    try {
      for (let left = this.turns(); left > 0; left--) await turn();
      await this.onProcess(id);
      if (this.bad.has(id)) throw new BadOrderError();
      if (this.gone.has(id)) {
        this.list = this.list.filter((other) => other !== id);
        throw new GoneError('gone', 'HTTP_404');
      }
      this.effects.set(id, (this.effects.get(id) ?? 0) + 1);
      if (this.lag < Infinity) this.leaving.push({ id, reads: this.lag });
      if (this.lag === 0) this.leaveLate();
      return 'succeeded';
    } finally {
      this.inWork--;
    }
  }

  private leaving: { id: string; reads: number }[] = [];

  private leaveLate(): void {
    for (const order of this.leaving) order.reads--;
    const left = new Set(this.leaving.filter(({ reads }) => reads <= 0).map(({ id }) => id));
    this.leaving = this.leaving.filter(({ id }) => !left.has(id));
    if (left.size > 0) this.list = this.list.filter((id) => !left.has(id));
  }
}

const NOTHING_OPEN = { pending: [], unconfirmed: [] };

function itemLedger(records: ItemRecord[] = []): ItemLedger & { crashed: string[][] } {
  const crashed: string[][] = [];
  return {
    crashed,
    troubled: async () => new Map(records.map((record) => [record.id, record])),
    recordCrash: async (_task, ids) => void crashed.push([...ids]),
  };
}

async function drain(task: BatchWork<Order>, changes: Partial<BatchContext> = {}, ledger = itemLedger(), lanes = 16) {
  const fake = aBatchContext(changes);
  const troubled = await TroubledItems.load(ledger, fake.context);
  const run = () => new BatchRun<Order>(task, fake.context, troubled, fake.events, lanes).run();
  return { ...fake, run };
}

function onlyOnce(task: PendingOrders): boolean {
  return [...task.effects.values()].every((count) => count === 1);
}

describe('A batch over a list that shrinks', () => {
  it('processes every item exactly once, though reading by the page would skip half of them', async () => {
    const task = new PendingOrders(1_050);
    const { run } = await drain(task);
    expect(await run()).toEqual({ total: 1_050, succeeded: 1_050, failed: 0, skipped: 0 });
    expect(task.effects.size).toBe(1_050);
    expect(onlyOnce(task)).toBe(true);
  });

  it('goes on after bad items and names them once, with the reason', async () => {
    const task = new PendingOrders(1_050);
    task.bad = new Set(['o0', 'o500', 'o1049']);
    const { run, recorder, checkpoints, context } = await drain(task);
    expect(await run()).toEqual({ total: 1_050, succeeded: 1_047, failed: 3, skipped: 0 });
    await recorder.checkpoint(NOTHING_OPEN, context.signal);
    const failures = checkpoints.flatMap((checkpoint) => checkpoint.failures);
    expect(failures.map(({ id }) => id).sort()).toEqual(['o0', 'o1049', 'o500']);
    expect(failures[0]?.error).toEqual({ name: 'BadOrderError', message: expect.any(String), code: 'HTTP_422' });
  });

  it('counts items that are gone as skipped', async () => {
    const task = new PendingOrders(10);
    task.gone = new Set(['o3']);
    const { run } = await drain(task);
    expect(await run()).toEqual({ total: 10, succeeded: 9, failed: 0, skipped: 1 });
  });

  it('loses and repeats nothing, whatever the timing, the failures and the lag of the list', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          count: fc.integer({ min: 0, max: 400 }),
          pageSize: fc.integer({ min: 1, max: 60 }),
          lanes: fc.integer({ min: 1, max: 40 }),
          lag: fc.integer({ min: 0, max: 4 }),
          bad: fc.array(fc.integer({ min: 0, max: 399 }), { maxLength: 80 }),
          unusable: fc.array(fc.integer({ min: 0, max: 399 }), { maxLength: 80 }),
          pace: fc.infiniteStream(fc.integer({ min: 0, max: 5 })),
        }),
        async ({ count, pageSize, lanes, lag, bad, unusable, pace }) => {
          const task = new PendingOrders(count);
          task.pageSize = pageSize;
          task.lag = lag;
          const ids = (indexes: number[]) => indexes.filter((index) => index < count).map((index) => `o${index}`);
          task.unusable = new Map(ids(unusable).map((id) => [id, () => id]));
          task.bad = new Set(ids(bad).filter((id) => !task.unusable.has(id)));
          task.turns = () => Number(pace.next().value);
          const { run } = await drain(task, {}, itemLedger(), lanes);
          const counts = await run();
          const failed = task.bad.size + task.unusable.size;
          expect(counts).toEqual({ total: count, succeeded: count - failed, failed, skipped: 0 });
          expect(task.effects.size).toBe(count - failed);
          expect(onlyOnce(task)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('finds what is inserted in front and behind, and bears items that leave by themselves', async () => {
    const task = new PendingOrders(300);
    let inserted = 0;
    task.onProcess = () => {
      if (inserted >= 50) return;
      task.list.unshift(`front${inserted}`);
      task.list.push(`back${inserted++}`);
      task.list.splice(150, 1);
    };
    const { run } = await drain(task);
    await run();
    for (let index = 0; index < 50; index++) {
      expect(task.effects.get(`front${index}`)).toBe(1);
      expect(task.effects.get(`back${index}`)).toBe(1);
    }
    expect(onlyOnce(task)).toBe(true);
  });

  it('ends on a server that shows the same page for ever', async () => {
    const task = new PendingOrders(100);
    const page = [...task.list];
    task.page = () => page;
    const { run } = await drain(task);
    expect(await run()).toMatchObject({ total: 100, succeeded: 100 });
    expect(onlyOnce(task)).toBe(true);
    expect(task.reads.length).toBeLessThan(20);
  });

  it('ends on a server whose pages go round in a circle', async () => {
    const task = new PendingOrders(300);
    const all = [...task.list];
    let reads = 0;
    task.page = () => all.slice((reads++ % 3) * 100).slice(0, 100);
    const { run } = await drain(task);
    expect(await run()).toMatchObject({ total: 300, succeeded: 300 });
    expect(onlyOnce(task)).toBe(true);
    expect(task.reads.length).toBeLessThan(30);
  });

  it('ends on a list that never lets go of what is done, longer than can be remembered', async () => {
    const task = new PendingOrders(25_000);
    task.pageSize = 1_000;
    task.lag = Infinity;
    const { page } = task;
    task.page = (request) => {
      // To read for ever would hang the tests, not fail them.
      if (task.reads.length > 1_000) throw new Error('The list is read for ever');
      return page(request);
    };
    const { run } = await drain(task, {}, itemLedger(), 64);
    expect(await run()).toMatchObject({ total: 25_000, succeeded: 25_000 });
    expect(onlyOnce(task)).toBe(true);
  });

  it('takes an id that a page repeats once', async () => {
    const task = new PendingOrders(0);
    task.list = ['a', 'a', 'b', 'a', 'b', 'c'];
    const { run } = await drain(task);
    expect(await run()).toMatchObject({ total: 3, succeeded: 3 });
  });

  it('keeps as many items in work as it has lanes, also over the border between pages', async () => {
    const task = new PendingOrders(500);
    task.turns = () => 3;
    const { run } = await drain(task, {}, itemLedger(), 7);
    await run();
    expect(task.peak).toBe(7);
  });

  it('ends with the error of a page that cannot be read', async () => {
    const task = new PendingOrders(10);
    task.page = () => {
      throw new WorkerError('The Data API is down', 'UNREACHABLE');
    };
    const { run } = await drain(task);
    await expect(run()).rejects.toThrow('The Data API is down');
  });

  it('stops for an error that no other item can escape, and fails no item for it', async () => {
    const task = new PendingOrders(1_000);
    task.onProcess = () => {
      throw new UnauthorizedError('not authorised', 'UNAUTHORIZED');
    };
    const { run, recorder } = await drain(task);
    await expect(run()).rejects.toThrow('not authorised');
    expect(recorder.counts).toMatchObject({ failed: 0 });
    expect(task.reads.length).toBeLessThan(4);
  });
});

describe('An item without a usable id', () => {
  /** The first so many orders have none; `note`: what else distinguishes them. */
  function orders(count: number, unusable: number, note: (id: string) => string = (id) => id) {
    const task = new PendingOrders(count);
    for (const id of task.list.slice(0, unusable)) task.unusable.set(id, () => note(id));
    return task;
  }

  async function failuresOf(task: PendingOrders) {
    const { run, recorder, checkpoints, context } = await drain(task);
    const counts = await run();
    await recorder.checkpoint(NOTHING_OPEN, context.signal);
    return { counts, failures: checkpoints.flatMap(({ failures }) => failures), checkpoints };
  }

  it('fails untried, and says where it stood and what was wrong with its id', async () => {
    const { counts, failures } = await failuresOf(orders(30, 1));
    expect(counts).toEqual({ total: 30, succeeded: 29, failed: 1, skipped: 0 });
    expect(failures).toMatchObject([{ attempts: 0, error: { name: 'ItemIdMissingError', code: 'BAD_ID' } }]);
    expect(failures[0]?.error.message).toBe('Item 1 of the page at offset 0 cannot be identified: the id is null');
  });

  it('is never on record as in work, so that no crash is held against it', async () => {
    const { failures, checkpoints } = await failuresOf(orders(30, 1));
    expect(checkpoints.flatMap(({ pending }) => pending)).not.toContain(failures[0]?.id);
  });

  it('has a name that no other has, and the same one in every run', async () => {
    const [first, second] = [await failuresOf(orders(450, 250)), await failuresOf(orders(450, 250))];
    expect(new Set(first.failures.map(({ id }) => id)).size).toBe(250);
    expect(second.failures.map(({ id }) => id)).toEqual(first.failures.map(({ id }) => id));
  });

  it('counts apart from those of its page that are like it in everything', async () => {
    const { counts, failures } = await failuresOf(orders(30, 3, () => 'alike'));
    expect(counts).toMatchObject({ succeeded: 27, failed: 3 });
    expect(new Set(failures.map(({ id }) => id)).size).toBe(3);
  });

  it('holds up no other, though pages are full of those that are alike in everything', async () => {
    const task = orders(700, 350, () => 'alike');
    const { counts } = await failuresOf(task);
    expect(counts).toMatchObject({ succeeded: 350 });
    expect(counts.failed).toBeGreaterThanOrEqual(task.pageSize);
  });

  it('counts once though it says something else at each reading', async () => {
    let readings = 0;
    const { counts } = await failuresOf(orders(450, 1, () => `reading ${readings++}`));
    expect(counts).toEqual({ total: 450, succeeded: 449, failed: 1, skipped: 0 });
  });

  it('fails like the others of a single page', async () => {
    const task = orders(30, 2, () => 'alike');
    task.single = true;
    expect((await failuresOf(task)).counts).toEqual({ total: 30, succeeded: 28, failed: 2, skipped: 0 });
  });

  it('is no matter of the item any more when the list never ends with them', async () => {
    const task = orders(1, 1);
    let items = 0;
    task.page = () => task.list;
    task.unusable.set('o0', () => `number ${items++}`);
    const { run, recorder } = await drain(task);
    await expect(run()).rejects.toMatchObject({
      code: 'BAD_ID',
      message: expect.stringMatching(/^More than 10000 items/),
    });
    expect(recorder.counts?.failed).toBe(10_001);
  });

  it('is no matter of the item any more when a page is full of very many, which are not all looked at', async () => {
    const task = orders(50_000, 50_000);
    task.single = true;
    task.page = () => task.list;
    const idOf = jest.spyOn(task, 'idOf');
    const { run } = await drain(task);
    await expect(run()).rejects.toMatchObject({ code: 'BAD_ID' });
    expect(idOf).toHaveBeenCalledTimes(10_001);
  });
});

describe('A batch that is told to stop', () => {
  it('begins no further item, finishes those in work, and ends as interrupted', async () => {
    const task = new PendingOrders(1_000);
    task.turns = () => 2;
    const { run, stopping, recorder } = await drain(task);
    let begun = 0;
    task.onProcess = () => {
      if (++begun === 50) stopping.abort(new RunInterruptedError('shutdown'));
    };
    await expect(run()).rejects.toThrow(RunInterruptedError);
    expect(begun).toBeLessThanOrEqual(50 + 16);
    expect(task.effects.size).toBe(begun);
    expect(recorder.counts?.succeeded).toBe(begun);
  });

  it('leaves on record what was in work when its time ran out, and fails none of it', async () => {
    const task = new PendingOrders(100);
    const { run, abort, recorder, checkpoints, context } = await drain(task, {}, itemLedger(), 4);
    task.onProcess = (id) => {
      if (id === 'o9') abort.abort(new RunInterruptedError('shutdown'));
      return context.signal.aborted ? new Promise((_, reject) => reject(context.signal.reason as Error)) : undefined;
    };
    await expect(run()).rejects.toThrow(RunInterruptedError);
    await recorder.checkpoint(NOTHING_OPEN, new AbortController().signal);
    expect(recorder.counts?.failed).toBe(0);
    expect(checkpoints.flatMap(({ failures }) => failures)).toEqual([]);
  });
});

describe('A batch that is resumed', () => {
  const record = (id: string, changes: Partial<ItemRecord>): ItemRecord => ({
    id,
    failedRuns: 0,
    crashes: 0,
    firstFailedAt: new Date(0),
    lastFailedAt: new Date(0),
    lastError: 'HTTP_500',
    quarantinedUntil: null,
    ...changes,
  });

  it('goes on counting, and counts what was in work and is gone from the list as done', async () => {
    const task = new PendingOrders(40);
    const resume = {
      items: { total: 103, succeeded: 100, failed: 1, skipped: 0 },
      pending: ['o0', 'x1'],
      unconfirmed: ['x2'],
      crashed: true,
    };
    const { run } = await drain(task, { resume });
    expect(await run()).toEqual({ total: 142, succeeded: 142, failed: 0, skipped: 0 });
  });

  it('loses no count over several interruptions, also before its first count was on record', async () => {
    const task = new PendingOrders(5);
    const first = { items: null, pending: ['x1', 'x2', 'o0'], unconfirmed: [], crashed: false };
    const { run, stopping, checkpoints } = await drain(task, { resume: first }, itemLedger(), 1);
    task.onProcess = () => stopping.abort(new RunInterruptedError('shutdown'));
    await expect(run()).rejects.toThrow(RunInterruptedError);
    expect(checkpoints[0]).toMatchObject({ pending: ['o0', 'o1', 'o2', 'o3', 'o4'], unconfirmed: ['x1', 'x2', 'o0'] });
    const second = { ...(checkpoints[0] as Checkpoint), crashed: true };
    expect(await (await drain(task, { resume: second })).run()).toMatchObject({ total: 7, succeeded: 7 });
  });

  it('counts a single page as one page, though it shows again what was done before', async () => {
    const task = new PendingOrders(20);
    task.single = true;
    task.gone = new Set(['o0', 'o1', 'o2', 'o3', 'o4']);
    const resume = {
      items: { total: 5, succeeded: 3, failed: 0, skipped: 2 },
      pending: [],
      unconfirmed: [],
      crashed: false,
    };
    const { run } = await drain(task, { resume });
    expect(await run()).toEqual({ total: 20, succeeded: 18, failed: 0, skipped: 2 });
    expect(task.reads).toEqual([0]);
  });

  it('holds a crash against what was in work, and a shutdown against nothing', async () => {
    const afterCrash = itemLedger();
    await drain(
      new PendingOrders(0),
      { resume: { items: null, pending: ['a', 'b'], unconfirmed: [], crashed: true } },
      afterCrash,
    );
    expect(afterCrash.crashed).toEqual([['a', 'b']]);
    const afterShutdown = itemLedger();
    await drain(
      new PendingOrders(0),
      { resume: { items: null, pending: ['a'], unconfirmed: [], crashed: false } },
      afterShutdown,
    );
    expect(afterShutdown.crashed).toEqual([]);
  });

  it('tries suspects alone, each on record before it begins', async () => {
    const task = new PendingOrders(30);
    task.turns = () => 1;
    const alone: number[] = [];
    const { run, checkpoints } = await drain(task, {}, itemLedger([record('o5', { crashes: 2 })]));
    task.onProcess = (id) => {
      if (id !== 'o5') return;
      alone.push(task.inWork);
      expect(checkpoints.at(-1)?.pending).toEqual(['o5']);
    };
    expect(await run()).toMatchObject({ succeeded: 30 });
    expect(alone).toEqual([1]);
  });

  it('leaves items in quarantine alone, fails them without a request, and does the rest', async () => {
    const task = new PendingOrders(30);
    const until = new Date(Date.now() + 60_000);
    const ledger = itemLedger([record('o7', { crashes: 3, quarantinedUntil: until })]);
    const { run, recorder, checkpoints, context } = await drain(task, {}, ledger);
    expect(await run()).toEqual({ total: 30, succeeded: 29, failed: 1, skipped: 0 });
    await recorder.checkpoint(NOTHING_OPEN, context.signal);
    expect(task.effects.has('o7')).toBe(false);
    const [failure] = checkpoints.flatMap(({ failures }) => failures);
    expect(failure).toMatchObject({ id: 'o7', attempts: 0, error: { code: 'QUARANTINED' } });
  });

  it('closes the record of an item that is done at last', async () => {
    const task = new PendingOrders(3);
    const { run, recorder, checkpoints, context } = await drain(
      task,
      {},
      itemLedger([record('o1', { failedRuns: 2 })]),
    );
    await run();
    await recorder.checkpoint(NOTHING_OPEN, context.signal);
    expect(checkpoints.flatMap(({ recovered }) => recovered)).toEqual(['o1']);
  });
});
