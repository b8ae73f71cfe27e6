import { WorkerError } from '../../../runs/errors.js';
import type { BatchWork } from '../../batch/batch-work.js';
import { aBatch } from '../../batch/testing/pending-orders.js';
import { offsetPages } from './offset-pages.js';

const numbers = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

async function workOff(answer: (offset: number, limit: number, reading: number) => readonly number[]) {
  const seen = new Map<number, number>();
  const offsets: number[] = [];
  const work: BatchWork<number> = {
    pages: offsetPages(async ({ offset, limit }) => answer(offset, limit, offsets.push(offset)), { pageSize: 10 }),
    idOf: String,
    processItem: async (item) => void seen.set(item, (seen.get(item) ?? 0) + 1),
  };
  const { run, failures } = await aBatch(work);
  return { counts: await run(), failures: await failures(), seen, offsets };
}

const broken = () => {
  throw new WorkerError('The Data API answered 500', 'HTTP_500');
};

describe('A list of offset pages', () => {
  it.each([10, 7, 3])('is read to its end from an API that gives %d items at most', async (most) => {
    const { counts } = await workOff((offset, limit) => numbers(0, 35).slice(offset, offset + Math.min(limit, most)));
    expect(counts).toEqual({ total: 35, succeeded: 35, failed: 0, skipped: 0 });
  });

  it('steps back where items have left before the page', async () => {
    let list = numbers(0, 40);
    const { seen, offsets } = await workOff((offset, limit, reading) => {
      if (reading === 3) list = list.slice(15);
      return list.slice(offset, offset + limit);
    });
    expect([...seen.keys()].sort((a, b) => a - b)).toEqual(numbers(0, 40));
    expect(offsets.slice(0, 4)).toEqual([0, 9, 19, 8]);
  });

  it('goes on behind a page that cannot be read, and counts it as a failed item', async () => {
    const { counts, failures } = await workOff((offset, limit, reading) =>
      reading === 2 ? broken() : numbers(0, 50).slice(offset, offset + limit),
    );
    expect(counts).toEqual({ total: 41, succeeded: 40, failed: 1, skipped: 0 });
    expect(failures).toMatchObject([{ id: 'page at offset 9', error: { code: 'HTTP_500' } }]);
  });

  it('ends at the second page in a row that cannot be read, and fails where nothing can', async () => {
    const half = await workOff((offset, limit) =>
      offset > 20 ? broken() : numbers(0, 99).slice(offset, offset + limit),
    );
    expect(half.counts).toMatchObject({ failed: 2 });
    await expect(workOff(broken)).rejects.toThrow('answered 500');
  });

  it('is left with the reason when the API ignores the offset, or has no order', async () => {
    const same = await workOff(() => numbers(0, 10));
    expect(same.failures).toMatchObject([{ error: { code: 'LIST_REPEATS' } }]);
    expect(same.counts.succeeded).toBe(10);
    const other = await workOff((_, __, reading) => numbers(reading * 10, 10));
    expect(other.failures).toMatchObject([{ error: { code: 'LIST_REPEATS' } }]);
  });
});
