import fc from 'fast-check';
import { ChangingList, type ListKind, runWithCrashes } from './testing/changing-list.js';

/** Those that a further attempt reads on from where the last one was. */
const POSITIONED: readonly ListKind[] = ['cursor', 'keyset', 'offset'];
const ALL: readonly ListKind[] = [...POSITIONED, 'generator'];
/** Each may be shown on a page without anything new, of which more than ten end the reading. */
const MAX_MOVES = 8;

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

const badIds = (bad: readonly number[], count: number) =>
  new Set(bad.filter((index) => index < count).map((index) => `e${index}`));

describe.each(POSITIONED)('A list of %s pages', (kind) => {
  it('is worked off exactly once while nothing changes, and never twice beyond what was in work', async () => {
    await fc.assert(
      fc.asyncProperty(worlds(0), async ({ count, pageSize, lanes, crashes, bad, chance }) => {
        const list = new ChangingList(kind, count, pageSize);
        list.bad = badIds(bad, count);
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
});

describe('A list of generator pages', () => {
  it('is worked off whole while nothing changes, no item twice an attempt, though pages repeat', async () => {
    await fc.assert(
      fc.asyncProperty(worlds(0), async ({ count, pageSize, lanes, crashes, bad, chance }) => {
        const list = new ChangingList('generator', count, pageSize);
        list.bad = badIds(bad, count);
        list.turns = () => Number(chance.next().value) % 4;
        list.stutters = () => Number(chance.next().value) % 3 === 0;
        const { counts, attempts } = await runWithCrashes(list, crashes, lanes);
        const failed = list.bad.size;
        expect(counts).toEqual({ total: count, succeeded: count - failed, failed, skipped: 0 });
        expect(list.processed.size).toBe(count);
        expect(Math.max(0, ...list.processed.values())).toBeLessThanOrEqual(attempts);
      }),
      { numRuns: 100 },
    );
  });

  it('that begins again at its end for ever is worked off whole, and left with the reason', async () => {
    await fc.assert(
      fc.asyncProperty(worlds(0), async ({ count, pageSize, lanes, crashes, chance }) => {
        const list = new ChangingList('generator', count + 1, pageSize);
        list.isCircular = true;
        list.turns = () => Number(chance.next().value) % 4;
        const { counts, failures, attempts } = await runWithCrashes(list, crashes, lanes);
        expect(counts).toEqual({ total: count + 2, succeeded: count + 1, failed: 1, skipped: 0 });
        expect(failures).toEqual(['LIST_REPEATS']);
        expect(list.processed.size).toBe(count + 1);
        expect(Math.max(...list.processed.values())).toBeLessThanOrEqual(attempts);
      }),
      { numRuns: 50 },
    );
  });

  it('counts what is shown as done already once, whichever attempt has done it', async () => {
    await fc.assert(
      fc.asyncProperty(worlds(0), async ({ count, pageSize, lanes, crashes, chance }) => {
        const list = new ChangingList('generator', count, pageSize);
        list.showsWhatIsDone = true;
        list.turns = () => Number(chance.next().value) % 4;
        const { counts, suspects } = await runWithCrashes(list, crashes, lanes);
        expect(counts).toMatchObject({ total: count, failed: 0 });
        expect(counts.succeeded + counts.skipped).toBe(count);
        expect(counts.skipped).toBeLessThanOrEqual(suspects.size);
      }),
      { numRuns: 100 },
    );
  });
});

describe.each(ALL)('A list of %s pages', (kind) => {
  it('loses no item that stays, however many come, go and crash meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(worlds(3), async ({ count, pageSize, lanes, changes, crashes, chance }) => {
        // Changing faster than it is read, a list has no end.
        const list = new ChangingList(kind, count, Math.max(pageSize, 2 * changes));
        const next = () => Number(chance.next().value);
        list.turns = () => next() % 4;
        let inserted = 0;
        // By offset, an entry would have to stay where it is.
        let moves = kind === 'offset' ? 0 : MAX_MOVES;
        list.onRead = () => {
          for (let change = 0; change < changes && list.reads < 100; change++) {
            list.insert(next() % (list.entries.length + 1), `new${inserted++}`);
            list.entries.splice(next() % list.entries.length, 1);
            if (list.entries.length > 0 && moves-- > 0) list.moveToEnd(next() % list.entries.length);
          }
        };
        const { attempts, failures } = await runWithCrashes(list, crashes, lanes);
        const lost = list.entries.filter(({ id }) => id.startsWith('e') && !list.processed.has(id));
        expect({ lost, failures }).toEqual({ lost: [], failures: [] });
        expect(Math.max(0, ...list.processed.values())).toBeLessThanOrEqual(attempts);
      }),
      { numRuns: 200 },
    );
  });
});
