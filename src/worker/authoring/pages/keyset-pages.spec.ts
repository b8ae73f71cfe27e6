import type { BatchWork } from '../../batch/batch-work.js';
import { aBatch } from '../../batch/testing/pending-orders.js';
import { type Key, type KeysetOptions, type KeysetPageContext, keysetPages } from './keyset-pages.js';

interface Change {
  readonly id: number;
  readonly at: string;
}

const change = (id: number, at = `t${String(id).padStart(3, '0')}`): Change => ({ id, at });
const changes = (count: number) => Array.from({ length: count }, (_, id) => change(id));

async function workOff(
  answer: (page: Pick<KeysetPageContext, 'after' | 'limit'>) => readonly Change[],
  key: KeysetOptions<Change>['key'] = ({ at }) => at,
) {
  const done: number[] = [];
  const keys: (Key | undefined)[] = [];
  const work: BatchWork<Change> = {
    pages: keysetPages(
      async (page) => {
        keys.push(page.after);
        return answer(page);
      },
      { key, pageSize: 10 },
    ),
    idOf: ({ id }) => String(id),
    processItem: async ({ id }) => void done.push(id),
  };
  const { run, failures } = await aBatch(work);
  return { counts: await run(), failures: await failures(), done, keys };
}

describe('A list of keyset pages', () => {
  it.each([
    ['leaves out', (at: string, after: Key) => at > after],
    ['shows once more', (at: string, after: Key) => at >= after],
  ])('is read to its end from an API that %s the last item', async (_, follows) => {
    const all = changes(25);
    const { counts, done } = await workOff(({ after, limit }) =>
      all.filter(({ at }) => after === undefined || follows(at, after)).slice(0, limit),
    );
    expect(counts).toEqual({ total: 25, succeeded: 25, failed: 0, skipped: 0 });
    expect(done).toEqual(all.map(({ id }) => id));
  });

  it('is read to its end from an API whose pages are smaller than asked for', async () => {
    const all = changes(25);
    const { counts } = await workOff(({ after }) =>
      all.filter(({ at }) => after === undefined || at > after).slice(0, 4),
    );
    expect(counts.total).toBe(25);
  });

  it('is read to its end where items share a key, from an API that shows those once more', async () => {
    const all = Array.from({ length: 100 }, (_, id) => change(id, `t${Math.floor(id / 7)}`.padStart(4, '0')));
    const { counts, done } = await workOff(({ after, limit }) =>
      all.filter(({ at }) => after === undefined || at >= after).slice(0, limit),
    );
    expect(counts).toEqual({ total: 100, succeeded: 100, failed: 0, skipped: 0 });
    expect(done).toEqual(all.map(({ id }) => id));
  });

  it('is left with the reason when more items share a key than the API gives at once', async () => {
    const all = [...changes(5), ...Array.from({ length: 9 }, (_, index) => change(100 + index, 't005'))];
    const { counts, failures } = await workOff(({ after }) =>
      all.filter(({ at }) => after === undefined || at >= after).slice(0, 4),
    );
    expect(failures).toMatchObject([{ error: { code: 'LIST_REPEATS' } }]);
    expect(counts.succeeded).toBeLessThan(14);
  });

  it('ends where an item comes to share the last key while the end is read', async () => {
    const all = changes(3);
    const { counts, failures } = await workOff(({ after, limit }) => {
      if (after !== undefined) all[3] = change(3, 't002');
      return all.filter(({ at }) => after === undefined || at >= after).slice(0, limit);
    });
    expect([counts.succeeded, failures]).toEqual([4, []]);
  });

  it('is left with the reason when the API ignores the key', async () => {
    const { counts, failures, keys } = await workOff(() => changes(5));
    expect(counts).toEqual({ total: 6, succeeded: 5, failed: 1, skipped: 0 });
    expect(failures).toMatchObject([{ error: { code: 'LIST_REPEATS' } }]);
    expect(keys).toEqual([undefined, 't004']);
  });

  it('is left with the reason when more items share a key than a page holds', async () => {
    const all = [...changes(3), ...Array.from({ length: 30 }, (_, index) => change(100 + index, 't003'))];
    const { failures } = await workOff(({ after, limit }) =>
      all.filter(({ at }) => after === undefined || at >= after).slice(0, limit),
    );
    expect(failures).toMatchObject([
      { error: { code: 'LIST_REPEATS', message: expect.stringContaining('10 items up to the key "t003"') } },
    ]);
  });

  it.each([undefined, null, '', Number.NaN])('says that %p is not a key', async (bad) => {
    const { failures } = await workOff(
      () => changes(5),
      () => bad as unknown as string,
    );
    expect(failures).toMatchObject([
      { error: { code: 'BAD_ANSWER', message: expect.stringContaining('what the list is sorted by') } },
    ]);
  });
});
