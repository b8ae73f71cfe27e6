import { setImmediate as turn } from 'node:timers/promises';
import { WorkerError } from '../../../runs/errors.js';
import type { BatchContext } from '../../batch/batch-context.js';
import type { BatchWork } from '../../batch/batch-work.js';
import { aBatch, UnauthorizedError } from '../../batch/testing/pending-orders.js';
import { type Cursor, type CursorPage, cursorPages } from './cursor-pages.js';

const PAGE_SIZE = 100;
const numbers = (from: number, count = PAGE_SIZE) => Array.from({ length: count }, (_, index) => from + index);

/** A list whose cursors are the numbers of its pages, and a task that works it off. */
function aList(pages: number, answer: (cursor: number, reading: number) => CursorPage<number> | undefined) {
  const seen = new Map<number, number>();
  const cursors: (Cursor | undefined)[] = [];
  const work: BatchWork<number> = {
    pages: cursorPages(async (cursor) => {
      cursors.push(cursor);
      if (cursors.length > 3_000) throw new UnauthorizedError('The list is read for ever', 'ENDLESS');
      const page = Number(cursor ?? 0);
      const next = page + 1 < pages ? String(page + 1) : null;
      return answer(page, cursors.length) ?? { items: numbers(page * PAGE_SIZE), next };
    }),
    idOf: String,
    processItem: async (item) => void seen.set(item, (seen.get(item) ?? 0) + 1),
  };
  const run = async (changes: Partial<BatchContext> = {}) => {
    const batch = await aBatch(work, changes);
    return { counts: await batch.run(), failures: await batch.failures() };
  };
  return { run, seen, cursors, onlyOnce: () => [...seen.values()].every((times) => times === 1) };
}

const refusal = () => new WorkerError('The Data API answered 410', 'HTTP_410');

/** An attempt that was interrupted at page 5, with two items of it in work. */
const interrupted: Partial<BatchContext> = {
  attempt: 2,
  resume: {
    items: { total: 548, succeeded: 540, failed: 8, skipped: 0 },
    pending: ['548', '549'],
    unconfirmed: [],
    crashed: false,
    crashes: 0,
    position: { offset: 400, cursor: '4', done: numbers(400, 148).map(String), doneAhead: 148 },
  },
};

describe('A list of cursor pages', () => {
  it('is read to its end, by each cursor once', async () => {
    const { run, cursors, onlyOnce } = aList(5, () => undefined);
    expect((await run()).counts).toEqual({ total: 500, succeeded: 500, failed: 0, skipped: 0 });
    expect(cursors).toEqual([undefined, '1', '2', '3', '4']);
    expect(onlyOnce()).toBe(true);
  });

  it('is read a page ahead of the work', async () => {
    let reads = 0;
    let readsAtFirstEnd = 0;
    const work: BatchWork<number> = {
      pages: cursorPages(async (cursor = 0) => {
        reads++;
        return { items: numbers(Number(cursor) * PAGE_SIZE), next: reads < 3 ? reads : null };
      }),
      idOf: String,
      processItem: async () => {
        for (let turns = 0; turns < 50 && reads < 2; turns++) await turn();
        readsAtFirstEnd ||= reads;
      },
    };
    expect(await (await aBatch(work)).run()).toMatchObject({ total: 300, succeeded: 300 });
    expect(readsAtFirstEnd).toBe(2);
  });

  it.each([undefined, null, ''])('ends where the next page is named by %p', async (next) => {
    const { run } = aList(5, (page) => (page === 2 ? { items: [2_000], next } : undefined));
    expect((await run()).counts.total).toBe(201);
  });

  it('goes on over empty pages, and stops at many of them', async () => {
    const sparse = aList(9, (page) => (page % 4 > 0 ? { items: [], next: String(page + 1) } : undefined));
    expect((await sparse.run()).counts).toMatchObject({ total: 300, failed: 0 });
    const hollow = aList(2, (page) => (page > 0 ? { items: [], next: String(page + 1) } : undefined));
    expect((await hollow.run()).failures).toMatchObject([{ error: { code: 'LIST_REPEATS' } }]);
  });

  it.each([
    ['the same page', 3, 3],
    ['an earlier page', 3, 1],
    ['a page from further back than items are remembered', 300, 0],
    ['a page from further back than cursors are remembered', 1_200, 2],
  ])('that leads back to %s is left with the reason', async (_, last, back) => {
    const circle = aList(5_000, (page) => (page === last ? { items: numbers(page * 100), next: back } : undefined));
    const { counts, failures } = await circle.run();
    expect(failures).toMatchObject([{ error: { code: 'LIST_REPEATS' } }]);
    expect(counts).toMatchObject({ succeeded: (last + 1) * 100, failed: 1 });
    expect(circle.onlyOnce()).toBe(true);
  });

  it.each([
    [{ page: 2 }, '{"page":2}'],
    [1.5, '1.5'],
    [true, 'true'],
  ])('says what is wrong with %p as the next page', async (next, text) => {
    const { run } = aList(2, () => ({ items: [1], next: next as unknown as Cursor }));
    const { failures } = await run();
    expect(failures).toMatchObject([{ error: { code: 'BAD_ANSWER', message: expect.stringContaining(text) } }]);
  });

  it('goes on after an interruption at the page that was not done', async () => {
    const { run, seen, cursors } = aList(7, () => undefined);
    const { counts } = await run(interrupted);
    expect(cursors).toEqual(['4', '5', '6']);
    expect([...seen.keys()]).toEqual(numbers(548, 152));
    expect(counts).toEqual({ total: 700, succeeded: 692, failed: 8, skipped: 0 });
  });

  it('begins again when the cursor has expired meanwhile, without what is known to be done', async () => {
    const { run, seen, cursors } = aList(7, (_, reading) => {
      if (reading === 1) throw refusal();
      return undefined;
    });
    const { counts, failures } = await run(interrupted);
    expect(cursors).toEqual(['4', undefined, '1', '2', '3', '4', '5', '6']);
    expect([...seen.keys()]).toEqual([...numbers(0, 400), ...numbers(548, 152)]);
    expect(counts).toEqual({ total: 700, succeeded: 692, failed: 8, skipped: 0 });
    expect(failures).toEqual([]);
  });

  it('begins again when a cursor expires under way, and does nothing twice', async () => {
    const { run, onlyOnce, cursors } = aList(60, (page, reading) => {
      if (page === 50 && reading < 60) throw refusal();
      return undefined;
    });
    expect((await run()).counts).toEqual({ total: 6_000, succeeded: 6_000, failed: 0, skipped: 0 });
    expect(cursors).toHaveLength(50 + 1 + 60);
    expect(onlyOnce()).toBe(true);
  });

  it('ends as partial at a cursor that is refused again and again', async () => {
    const { run, cursors } = aList(4, (page) => {
      if (page === 3) throw refusal();
      return undefined;
    });
    const { counts, failures } = await run();
    expect(counts).toEqual({ total: 301, succeeded: 300, failed: 1, skipped: 0 });
    expect(failures).toMatchObject([{ id: 'page at offset 300', error: { code: 'HTTP_410' } }]);
    expect(cursors).toHaveLength(8);
  });

  it('fails when the first page is refused, or the reason concerns all others', async () => {
    await expect(
      aList(2, () => {
        throw refusal();
      }).run(),
    ).rejects.toThrow('answered 410');
    const locked = aList(2, (page) => {
      if (page > 0) throw new UnauthorizedError('not authorised', 'UNAUTHORIZED');
      return undefined;
    });
    await expect(locked.run()).rejects.toThrow('not authorised');
  });

  it('keeps what a checkpoint carries small behind an item that takes its time', async () => {
    const gate = Promise.withResolvers<void>();
    let begun = 0;
    const work: BatchWork<number> = {
      pages: cursorPages(async (cursor) => {
        const page = Number(cursor ?? 0);
        return { items: numbers(page * 100), next: page < 400 ? page + 1 : null };
      }),
      idOf: String,
      processItem: async (item) => {
        if (++begun === 40_000) gate.resolve();
        if (item === 7) await gate.promise;
      },
    };
    const { run, checkpoints } = await aBatch(work);
    expect(await run()).toMatchObject({ total: 40_100, succeeded: 40_100 });
    expect(Math.max(...checkpoints.map(({ position }) => position?.done.length ?? 0))).toBeLessThanOrEqual(10_000);
  });
});
