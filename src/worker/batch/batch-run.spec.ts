import { setImmediate as turn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import fc from 'fast-check';
import type { ItemRecord } from '../../ledger/item-ledger.js';
import type { Checkpoint, ResumePoint } from '../../ledger/run-ledger.js';
import { RunInterruptedError, WorkerError } from '../../runs/errors.js';
import type { ItemContext } from '../authoring/item-context.js';
import {
  aBatch,
  itemLedger,
  NOTHING_OPEN,
  onlyOnce,
  type Order,
  PendingOrders,
  UnauthorizedError,
} from './testing/pending-orders.js';

const aRecord = (id: string, changes: Partial<ItemRecord>): ItemRecord => ({
  id,
  failedRuns: 0,
  crashes: 0,
  firstFailedAt: new Date(0),
  lastFailedAt: new Date(0),
  lastError: 'HTTP_500',
  quarantinedUntil: null,
  ...changes,
});

async function withFakeTimers(work: () => Promise<void>): Promise<void> {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  try {
    await work();
  } finally {
    jest.useRealTimers();
  }
}

/** Lets everything happen that waits for no timer. */
async function afterTurns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await turn();
}

describe('A batch over a list that shrinks', () => {
  it('processes every item exactly once, though reading by the page would skip half of them', async () => {
    const task = new PendingOrders(1_050);
    const { run } = await aBatch(task);
    expect(await run()).toEqual({ total: 1_050, succeeded: 1_050, failed: 0, skipped: 0 });
    expect(task.effects.size).toBe(1_050);
    expect(onlyOnce(task)).toBe(true);
  });

  it('goes on after bad items and names them once, with the reason', async () => {
    const task = new PendingOrders(1_050);
    task.bad = new Set(['o0', 'o500', 'o1049']);
    const { run, recorder, checkpoints, context } = await aBatch(task);
    expect(await run()).toEqual({ total: 1_050, succeeded: 1_047, failed: 3, skipped: 0 });
    await recorder.checkpoint(NOTHING_OPEN, context.signal);
    const failures = checkpoints.flatMap((checkpoint) => checkpoint.failures);
    expect(failures.map(({ id }) => id).sort()).toEqual(['o0', 'o1049', 'o500']);
    expect(failures[0]?.error).toEqual({ name: 'BadOrderError', message: expect.any(String), code: 'HTTP_422' });
  });

  it('ends after 1,000 failures in a row, with the reason, and leaves the rest', async () => {
    const task = new PendingOrders(3_000);
    task.bad = new Set(Array.from({ length: 3_000 }, (_, index) => `o${index}`));
    const { run, recorder } = await aBatch(task);
    await expect(run()).rejects.toMatchObject({
      code: 'TOO_MANY_FAILURES',
      message: expect.stringMatching(/^1000 items failed in a row, the last with: .*left to the next run$/),
    });
    expect(recorder.counts?.failed).toBeGreaterThanOrEqual(1_000);
    expect(recorder.counts?.failed).toBeLessThan(1_100);
  });

  it('goes on past failures as long as something succeeds in between', async () => {
    const task = new PendingOrders(2_500);
    task.bad = new Set(Array.from({ length: 2_500 }, (_, index) => `o${index}`));
    for (const good of ['o900', 'o1800']) task.bad.delete(good);
    const { run } = await aBatch(task);
    expect(await run()).toMatchObject({ total: 2_500, succeeded: 2, failed: 2_498 });
  });

  it('counts items that are gone as skipped', async () => {
    const task = new PendingOrders(10);
    task.gone = new Set(['o3']);
    const { run } = await aBatch(task);
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
          const { run } = await aBatch(task, {}, itemLedger(), lanes);
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
    const { run } = await aBatch(task);
    await run();
    for (let index = 0; index < 50; index++) {
      expect(task.effects.get(`front${index}`)).toBe(1);
      expect(task.effects.get(`back${index}`)).toBe(1);
    }
    expect(onlyOnce(task)).toBe(true);
  });

  it('that is limited to some items tries no other, and reads no further than it must', async () => {
    const task = new PendingOrders(1_050);
    task.bad = new Set(['o120']);
    const { run, failures } = await aBatch(task, { only: ['o120', 'o310', 'gone'] });
    expect(await run()).toEqual({ total: 2, succeeded: 1, failed: 1, skipped: 0 });
    expect([...task.effects.keys()]).toEqual(['o310']);
    expect(await failures()).toMatchObject([{ id: 'o120' }]);
    const early = new PendingOrders(1_050);
    await (await aBatch(early, { only: ['o120', 'o310'] })).run();
    expect(Math.max(...early.reads)).toBeLessThan(700);
  });

  it('of one answer that is limited to some items tries no other', async () => {
    const task = new PendingOrders(10);
    task.single = true;
    task.unusable = new Map([['o3', () => 'no id']]);
    const { run } = await aBatch(task, { only: ['o7'] });
    expect(await run()).toEqual({ total: 1, succeeded: 1, failed: 0, skipped: 0 });
    expect([...task.effects.keys()]).toEqual(['o7']);
  });

  it('ends on a server that shows the same page for ever', async () => {
    const task = new PendingOrders(100);
    const page = [...task.list];
    task.page = () => page;
    const { run } = await aBatch(task);
    expect(await run()).toMatchObject({ total: 100, succeeded: 100 });
    expect(onlyOnce(task)).toBe(true);
    expect(task.reads.length).toBeLessThan(20);
  });

  it('ends on a server whose pages go round in a circle', async () => {
    const task = new PendingOrders(300);
    const all = [...task.list];
    let reads = 0;
    task.page = () => all.slice((reads++ % 3) * 100).slice(0, 100);
    const { run } = await aBatch(task);
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
    const { run } = await aBatch(task, {}, itemLedger(), 64);
    expect(await run()).toMatchObject({ total: 25_000, succeeded: 25_000 });
    expect(onlyOnce(task)).toBe(true);
  });

  it('takes an id that a page repeats once', async () => {
    const task = new PendingOrders(0);
    task.list = ['a', 'a', 'b', 'a', 'b', 'c'];
    const { run } = await aBatch(task);
    expect(await run()).toMatchObject({ total: 3, succeeded: 3 });
  });

  it('keeps as many items in work as it has lanes, also over the border between pages', async () => {
    const task = new PendingOrders(500);
    task.turns = () => 3;
    const { run } = await aBatch(task, {}, itemLedger(), 7);
    await run();
    expect(task.peak).toBe(7);
  });

  it('ends with the error of a page that cannot be read', async () => {
    const task = new PendingOrders(10);
    task.page = () => {
      throw new WorkerError('The Data API is down', 'UNREACHABLE');
    };
    const { run } = await aBatch(task);
    await expect(run()).rejects.toThrow('The Data API is down');
  });

  it('stops for an error that no other item can escape, and fails no item for it', async () => {
    const task = new PendingOrders(1_000);
    task.onProcess = () => {
      throw new UnauthorizedError('not authorised', 'UNAUTHORIZED');
    };
    const { run, recorder } = await aBatch(task);
    await expect(run()).rejects.toThrow('not authorised');
    expect(recorder.counts).toMatchObject({ failed: 0 });
    expect(task.reads.length).toBeLessThan(4);
  });
});

describe('A batch that is told to stop', () => {
  it('begins no further item, finishes those in work, and ends as interrupted', async () => {
    const task = new PendingOrders(1_000);
    task.turns = () => 2;
    const { run, stopping, recorder } = await aBatch(task);
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
    const { run, abort, recorder, checkpoints, context } = await aBatch(task, {}, itemLedger(), 4);
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
  it('goes on counting, and counts what was in work and is gone from the list as done', async () => {
    const task = new PendingOrders(40);
    const resume = {
      items: { total: 103, succeeded: 100, failed: 1, skipped: 0 },
      pending: ['o0', 'x1'],
      unconfirmed: ['x2'],
      crashed: true,
      crashes: 1,
    };
    const { run } = await aBatch(task, { resume });
    expect(await run()).toEqual({ total: 142, succeeded: 142, failed: 0, skipped: 0 });
  });

  it('loses no count over several interruptions, also before its first count was on record', async () => {
    const task = new PendingOrders(5);
    const first = { items: null, pending: ['x1', 'x2', 'o0'], unconfirmed: [], crashed: false, crashes: 0 };
    const { run, stopping, checkpoints } = await aBatch(task, { resume: first }, itemLedger(), 1);
    task.onProcess = () => stopping.abort(new RunInterruptedError('shutdown'));
    await expect(run()).rejects.toThrow(RunInterruptedError);
    expect(checkpoints[0]).toMatchObject({ pending: ['o0', 'o1', 'o2', 'o3', 'o4'], unconfirmed: ['x1', 'x2', 'o0'] });
    const second = { ...(checkpoints[0] as Checkpoint), crashed: true, crashes: 1 };
    expect(await (await aBatch(task, { resume: second })).run()).toMatchObject({ total: 7, succeeded: 7 });
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
      crashes: 0,
    };
    const { run } = await aBatch(task, { resume });
    expect(await run()).toEqual({ total: 20, succeeded: 18, failed: 0, skipped: 2 });
    expect(task.reads).toEqual([0]);
  });

  it('holds a crash against what was in work, and a shutdown against nothing', async () => {
    const afterCrash = itemLedger();
    await aBatch(
      new PendingOrders(0),
      { resume: { items: null, pending: ['a', 'b'], unconfirmed: [], crashed: true, crashes: 1 } },
      afterCrash,
    );
    expect(afterCrash.crashed).toEqual([['a', 'b']]);
    const afterShutdown = itemLedger();
    await aBatch(
      new PendingOrders(0),
      { resume: { items: null, pending: ['a'], unconfirmed: [], crashed: false, crashes: 0 } },
      afterShutdown,
    );
    expect(afterShutdown.crashed).toEqual([]);
  });

  it('tries suspects alone after ten seconds without them, each on record before it begins', async () => {
    const task = new PendingOrders(30);
    task.turns = () => 1;
    const tried: unknown[] = [];
    await withFakeTimers(async () => {
      const { run, checkpoints } = await aBatch(task, {}, itemLedger([aRecord('o5', { crashes: 2 })]));
      task.onProcess = (id) => {
        if (id !== 'o5') return;
        const { pending, onTrial } = checkpoints.at(-1)!;
        tried.push({ pending, onTrial, inWork: task.inWork, done: task.effects.size, atMs: performance.now() });
      };
      const beganAtMs = performance.now();
      const end = run();
      await afterTurns(200);
      expect(checkpoints.at(-1)?.pending).toEqual([]);
      jest.advanceTimersByTime(9_999);
      await afterTurns(20);
      expect(tried).toEqual([]);
      jest.advanceTimersByTime(1);
      expect(await end).toMatchObject({ succeeded: 30 });
      expect(tried).toEqual([{ pending: ['o5'], onTrial: true, inWork: 1, done: 29, atMs: beganAtMs + 10_000 }]);
    });
  });

  it('tries suspects before the list ends, once it has done without them for ten seconds', async () => {
    const task = new PendingOrders(1_000);
    task.turns = () => 1;
    await withFakeTimers(async () => {
      const { run } = await aBatch(task, {}, itemLedger([aRecord('o5', { crashes: 2 })]));
      task.onProcess = (id) => {
        if (id === 'o300') jest.advanceTimersByTime(10_000);
      };
      expect(await run()).toMatchObject({ succeeded: 1_000 });
      expect([...task.effects.keys()].indexOf('o5')).toBeLessThan(900);
    });
  });

  it('ends at once when it is told to stop while it holds suspects back, and leaves them', async () => {
    const task = new PendingOrders(30);
    await withFakeTimers(async () => {
      const { run, stopping } = await aBatch(task, {}, itemLedger([aRecord('o5', { crashes: 2 })]));
      const end = run();
      await afterTurns(200);
      stopping.abort(new RunInterruptedError('shutdown'));
      await expect(end).rejects.toThrow(RunInterruptedError);
      expect(task.effects.has('o5')).toBe(false);
    });
  });

  it('holds nothing back after an attempt that died without any suspect in work', async () => {
    const task = new PendingOrders(30);
    const resume = { items: null, pending: ['o9'], unconfirmed: [], crashed: true, crashes: 1 };
    const { run } = await aBatch(task, { resume }, itemLedger([aRecord('o5', { crashes: 2 })]));
    expect(await run()).toMatchObject({ succeeded: 30 });
  });

  it('counts a crash of a suspect only where it was tried on its own', async () => {
    const blamed = async (changes: Partial<ResumePoint>) => {
      const ledger = itemLedger([aRecord('o5', { crashes: 2 })]);
      const crash = { items: null, pending: ['o5'], unconfirmed: [], crashed: true, crashes: 1, ...changes };
      await aBatch(new PendingOrders(0), { resume: crash }, ledger);
      return ledger.crashed.flat();
    };
    expect(await blamed({ onTrial: true })).toEqual(['o5']);
    expect(await blamed({})).toEqual([]);
    expect(await blamed({ pending: ['o5', 'o6'] })).toEqual(['o6']);
  });

  it('holds against nothing the crash of an attempt that had begun nothing', async () => {
    const ledger = itemLedger();
    const resume = { items: null, pending: ['a', 'b'], unconfirmed: [], crashed: true, crashes: 2 };
    await aBatch(new PendingOrders(0), { resume }, ledger);
    expect(ledger.crashed).toEqual([]);
  });

  it('leaves items in quarantine alone, fails them without a request, and does the rest', async () => {
    const task = new PendingOrders(30);
    const until = new Date(Date.now() + 60_000);
    const ledger = itemLedger([aRecord('o7', { crashes: 3, quarantinedUntil: until })]);
    const { run, recorder, checkpoints, context } = await aBatch(task, {}, ledger);
    expect(await run()).toEqual({ total: 30, succeeded: 29, failed: 1, skipped: 0 });
    await recorder.checkpoint(NOTHING_OPEN, context.signal);
    expect(task.effects.has('o7')).toBe(false);
    const [failure] = checkpoints.flatMap(({ failures }) => failures);
    expect(failure).toMatchObject({ id: 'o7', attempts: 0, error: { code: 'QUARANTINED' } });
  });

  it('closes the record of an item that is done at last', async () => {
    const task = new PendingOrders(3);
    const { run, recorder, checkpoints, context } = await aBatch(
      task,
      {},
      itemLedger([aRecord('o1', { failedRuns: 2 })]),
    );
    await run();
    await recorder.checkpoint(NOTHING_OPEN, context.signal);
    expect(checkpoints.flatMap(({ recovered }) => recovered)).toEqual(['o1']);
  });
});

describe('The items of a batch', () => {
  it('that fail, recover or are in quarantine are told of, with run and task', async () => {
    const task = new PendingOrders(5);
    task.bad = new Set(['o1']);
    const until = new Date(Date.now() + 60_000);
    const records = [aRecord('o2', { failedRuns: 2 }), aRecord('o3', { failedRuns: 5, quarantinedUntil: until })];
    const { run, events } = await aBatch(task, {}, itemLedger(records));
    const told: unknown[] = [];
    events.on('item.failed', ({ itemId, attempts, error }) => told.push(['failed', itemId, attempts, error.code]));
    events.on('item.recovered', (event) => told.push(['recovered', event]));
    events.on('item.quarantined', (event) => told.push(['quarantined', event]));
    await run();
    const of = (itemId: string) => ({ runId: expect.any(String), task: 'some_task', itemId });
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        ['failed', 'o1', 1, 'HTTP_422'],
        ['recovered', of('o2')],
        ['quarantined', { ...of('o3'), until }],
      ]),
    );
  });

  it('that return nothing have succeeded', async () => {
    const task = new PendingOrders(2);
    const process = task.processItem.bind(task);
    const { run } = await aBatch({
      pages: task.pages,
      idOf: (order: Order) => task.idOf(order),
      processItem: async (order: Order, context: ItemContext) => void (await process(order, context)),
    });
    expect(await run()).toMatchObject({ total: 2, succeeded: 2 });
  });
});
