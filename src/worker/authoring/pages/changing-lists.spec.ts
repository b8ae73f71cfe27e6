import fc from 'fast-check';
import { ChangingList, type ListKind, runWithCrashes } from './testing/changing-list.js';

const KINDS: readonly ListKind[] = ['cursor', 'keyset', 'offset'];

/** Of a model API that the runner changes by chance; `changes`: inserts and deletes a page. */
const worlds = (maxChanges: number) =>
  fc.record({
    count: fc.integer({ min: 0, max: 300 }),
    pageSize: fc.integer({ min: 1, max: 40 }),
    lanes: fc.integer({ min: 1, max: 30 }),
    changes: fc.integer({ min: 0, max: maxChanges }),
    crashes: fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 3 }),
    bad: fc.array(fc.integer({ min: 0, max: 299 }), { maxLength: 30 }),
    chance: fc.infiniteStream(fc.integer({ min: 0, max: 1_000_000 })),
  });

describe.each(KINDS)('A list of %s pages', (kind) => {
  it('is worked off exactly once while nothing changes, and never twice beyond what was in work', async () => {
    await fc.assert(
      fc.asyncProperty(worlds(0), async ({ count, pageSize, lanes, crashes, bad, chance }) => {
        const list = new ChangingList(kind, count, pageSize);
        list.bad = new Set(bad.filter((index) => index < count).map((index) => `e${index}`));
        list.turns = () => Number(chance.next().value) % 4;
        const { counts, suspects } = await runWithCrashes(list, crashes, lanes);
        const failed = list.bad.size;
        expect(counts).toEqual({ total: count, succeeded: count - failed, failed, skipped: 0 });
        expect(list.processed.size).toBe(count);
        expect(list.repeated.filter((id) => !suspects.has(id))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('loses no item that stays, however many come, go and crash meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(worlds(3), async ({ count, pageSize, lanes, changes, crashes, chance }) => {
        // Changing faster than it is read, a list has no end.
        const list = new ChangingList(kind, count, Math.max(pageSize, 2 * changes));
        const next = () => Number(chance.next().value);
        list.turns = () => next() % 4;
        let inserted = 0;
        list.onRead = () => {
          for (let change = 0; change < changes && list.reads < 100; change++) {
            list.insert(next() % (list.entries.length + 1), `new${inserted++}`);
            list.entries.splice(next() % list.entries.length, 1);
          }
        };
        const { attempts, counts } = await runWithCrashes(list, crashes, lanes);
        const lost = list.entries.filter(({ id }) => id.startsWith('e') && !list.processed.has(id));
        expect({ lost, failed: counts.failed }).toEqual({ lost: [], failed: 0 });
        if (attempts === 1) expect(list.repeated).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
