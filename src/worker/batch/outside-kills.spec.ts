import { jest } from '@jest/globals';
import fc from 'fast-check';
import { KilledWorker } from './testing/killed-worker.js';

/** Lists and APIs between brisk and slow: a page of them takes from 0.1 s to 10 s. */
const worlds = fc.record({
  count: fc.integer({ min: 50, max: 400 }),
  lanes: fc.integer({ min: 1, max: 16 }),
  itemMs: fc.integer({ min: 5, max: 150 }),
  kills: fc.array(fc.integer({ min: 50, max: 4_000 }), { minLength: 5, maxLength: 25 }),
});

const poisons = fc.uniqueArray(fc.integer({ min: 0, max: 399 }), { minLength: 1, maxLength: 3 });

describe('A batch whose process is killed', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] }));
  afterEach(() => void jest.useRealTimers());

  it('from outside, again and again, loses no item and quarantines none', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async ({ count, lanes, itemMs, kills }) => {
        const worker = new KilledWorker({ count, lanes, itemMs });
        await worker.workOff(kills);
        expect(worker.counts).toEqual({ total: count, succeeded: count, failed: 0, skipped: 0 });
        expect(worker.done.size).toBe(count);
        expect(await worker.quarantined()).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('by some of its items quarantines those and no other, one after three deaths', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, poisons, fc.nat({ max: 300 }), async ({ count, lanes, itemMs }, bad, killsAfterMs) => {
        const worker = new KilledWorker({ count, lanes, itemMs });
        const poison = [...new Set(bad.map((index) => worker.idAt(index % count)))];
        worker.poison(poison, killsAfterMs);
        await worker.workOff([]);
        expect((await worker.quarantined()).toSorted()).toEqual(poison.toSorted());
        expect(worker.done.size).toBe(count - poison.length);
        expect(worker.deaths).toBeLessThanOrEqual(5 * poison.length - 2);
      }),
      { numRuns: 60 },
    );
  });

  it('by an item and from outside quarantines it in the end, and does the rest', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async ({ count, lanes, itemMs, kills }) => {
        const worker = new KilledWorker({ count, lanes, itemMs });
        const poison = worker.idAt(count >> 1);
        worker.poison([poison], itemMs);
        await worker.workOff(kills);
        expect(await worker.quarantined()).toEqual([poison]);
        expect(worker.done.size).toBe(count - 1);
        expect(worker.deaths).toBeLessThanOrEqual(kills.length + 3);
      }),
      { numRuns: 60 },
    );
  });
});
