import { RunInterruptedError, WorkerError } from '../../../runs/errors.js';
import type { BatchWork } from '../../batch/batch-work.js';
import { aBatch, UnauthorizedError } from '../../batch/testing/pending-orders.js';
import { pages, singlePage } from './pages.js';

const numbers = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

/** A task that counts how often it is given each number. */
function counting(source: BatchWork<number>['pages']) {
  const seen = new Map<number, number>();
  const work: BatchWork<number> = {
    pages: source,
    idOf: String,
    processItem: async (item) => void seen.set(item, (seen.get(item) ?? 0) + 1),
  };
  return { work, seen, onlyOnce: () => [...seen.values()].every((times) => times === 1) };
}

describe('A list read by a generator', () => {
  it('is read to its end, empty pages and repeated items included', async () => {
    const { work, onlyOnce } = counting(
      pages(async function* () {
        yield numbers(0, 100);
        yield [];
        yield numbers(95, 100);
        yield numbers(195, 5);
      }),
    );
    const { run } = await aBatch(work);
    expect(await run()).toEqual({ total: 200, succeeded: 200, failed: 0, skipped: 0 });
    expect(onlyOnce()).toBe(true);
  });

  it('is not read further ahead than the lanes need', async () => {
    let read = 0;
    const gate = Promise.withResolvers<void>();
    const { work } = counting(
      pages(async function* () {
        for (; read < 50; read++) yield numbers(read * 100, 100);
      }),
    );
    const slow: BatchWork<number> = { ...work, processItem: () => gate.promise };
    const { run, checkpoints } = await aBatch(slow);
    const end = run();
    while (checkpoints.length === 0) await new Promise(setImmediate);
    for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
    expect(read).toBeLessThan(5);
    gate.resolve();
    expect(await end).toMatchObject({ succeeded: 5_000 });
  });

  it('is partial when a later page cannot be read, and names it', async () => {
    const { work } = counting(
      pages(async function* () {
        yield numbers(0, 100);
        throw new WorkerError('The Data API answered 500', 'HTTP_500');
      }),
    );
    const { run, failures } = await aBatch(work);
    expect(await run()).toEqual({ total: 101, succeeded: 100, failed: 1, skipped: 0 });
    expect(await failures()).toMatchObject([{ id: 'page at offset 100', error: { code: 'HTTP_500' } }]);
  });

  it('fails the run when the first page cannot be read, or the reason concerns all others', async () => {
    const broken = counting(
      singlePage(async () => {
        throw new WorkerError('The Data API answered 500', 'HTTP_500');
      }),
    );
    await expect((await aBatch(broken.work)).run()).rejects.toThrow('answered 500');
    const refused = counting(
      pages(async function* () {
        yield [1];
        throw new UnauthorizedError('not authorised', 'UNAUTHORIZED');
      }),
    );
    await expect((await aBatch(refused.work)).run()).rejects.toThrow('not authorised');
  });

  it.each([
    ['the same page', () => numbers(0, 100)],
    ['empty pages', () => []],
    ['a circle longer than can be remembered', (page: number) => numbers((page % 150) * 100, 100)],
  ])('that shows %s for ever is left with the reason', async (_, page) => {
    const { work, onlyOnce } = counting(
      pages(async function* () {
        yield numbers(0, 100);
        for (let read = 1; read < 1_000; read++) yield page(read);
        throw new Error('The list is read for ever');
      }),
    );
    const { run, failures } = await aBatch(work);
    expect(await run()).toMatchObject({ failed: 1 });
    expect(await failures()).toMatchObject([{ error: { code: 'LIST_REPEATS' } }]);
    expect(onlyOnce()).toBe(true);
  });

  it('lets the generator clean up when the run is stopped', async () => {
    const closed = Promise.withResolvers<void>();
    const { work } = counting(
      pages(async function* () {
        try {
          for (let page = 0; ; page++) yield numbers(page * 100, 100);
        } finally {
          closed.resolve();
        }
      }),
    );
    const stopping = new AbortController();
    const stopped = { ...work, processItem: async () => stopping.abort() };
    const { run } = await aBatch(stopped, { stopping: stopping.signal });
    await expect(run()).rejects.toThrow(RunInterruptedError);
    await closed.promise;
  });

  it('runs up to its deadline: the next run would begin with the same items', async () => {
    const { work } = counting(singlePage(async () => numbers(0, 100)));
    const { run } = await aBatch(work, { deadline: Date.now() - 1 });
    expect(await run()).toMatchObject({ succeeded: 100 });
  });
});

describe('A single page', () => {
  it('is interrupted, not done, when a stop finds items that have not begun', async () => {
    const { work, seen } = counting(singlePage(async () => numbers(0, 100)));
    const stopping = new AbortController();
    const stopped: BatchWork<number> = {
      ...work,
      processItem: (item, context) => {
        stopping.abort();
        return work.processItem(item, context);
      },
    };
    const { run } = await aBatch(stopped, { stopping: stopping.signal }, undefined, 4);
    await expect(run()).rejects.toThrow(RunInterruptedError);
    expect(seen.size).toBeLessThan(100);
  });
});
