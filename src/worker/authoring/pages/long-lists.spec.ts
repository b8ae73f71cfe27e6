import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { PageSource } from '../../batch/page-source.js';
import { aBatch } from '../../batch/testing/pending-orders.js';
import { cursorPages } from './cursor-pages.js';
import { keysetPages } from './keyset-pages.js';
import { offsetPages } from './offset-pages.js';
import { pages } from './pages.js';

/** `npm run test:soak` reads a million. */
const COUNT = Number(process.env['LIST_ITEMS'] ?? 100_000);
const PAGE_SIZE = 500;
const MAX_GROWTH_BYTES = 2 * 2 ** 20;

interface Item {
  readonly id: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** The page of a list that is never held in memory. */
function pageAt(offset: number, limit = PAGE_SIZE): Item[] {
  return Array.from({ length: Math.max(0, Math.min(limit, COUNT - offset)) }, (_, index) => ({ id: offset + index }));
}

const LISTS: readonly (readonly [string, PageSource<Item>])[] = [
  [
    'cursorPages',
    cursorPages(async (cursor) => {
      const next = Number(cursor ?? 0) + PAGE_SIZE;
      return { items: pageAt(next - PAGE_SIZE), next: next < COUNT ? next : null };
    }),
  ],
  [
    'keysetPages',
    keysetPages(async ({ after, limit }) => pageAt(Number(after ?? -1) + 1, limit), { key: ({ id }) => id }),
  ],
  ['offsetPages', offsetPages(async ({ offset, limit }) => pageAt(offset, limit))],
  [
    'pages',
    pages(async function* () {
      for (let offset = 0; offset < COUNT; offset += PAGE_SIZE) yield pageAt(offset);
    }),
  ],
];

describe('A long list', () => {
  it.each(LISTS)('of %s takes no more memory at its end than near its beginning', async (_, source) => {
    let done = 0;
    let early = 0;
    let late = 0;
    const batch = await aBatch<Item>({
      pages: source,
      idOf: ({ id }) => String(id),
      processItem: async () => {
        done++;
        // The ledger of this spec keeps what a real one would write.
        batch.checkpoints.length = 0;
        if (done === COUNT / 5) early = heapBytes();
        if (done === COUNT) late = heapBytes();
      },
    });
    expect(await batch.run()).toMatchObject({ total: COUNT, succeeded: COUNT });
    expect(late - early).toBeLessThan(MAX_GROWTH_BYTES);
  });
});
