import type { RunProgress } from '../../../ledger/run-ledger.js';
import { workerErrorIn } from '../../../runs/errors.js';
import { type ItemTally, StayingTally } from '../../batch/item-tally.js';
import type { ListedItem } from '../../batch/listed-item.js';
import type { PageSource, RunList } from '../../batch/page-source.js';
import type { TaskContext } from '../task-context.js';
import { StayingReading } from './staying-reading.js';

/**
 * A list that is complete in one answer:
 *
 *     readonly pages = singlePage(({ at }) => this.bookingsOf(at));
 */
export function singlePage<Item>(fetch: (run: TaskContext<never>) => Promise<readonly Item[]>): PageSource<Item> {
  return pages(async function* (run) {
    yield await fetch(run);
  });
}

/**
 * A list that stays as it is while it is worked through, page by page, in a way of its own: by
 * cursor, by link, from several answers.
 *
 *     readonly pages = pages((run) => this.upcoming(run));
 *
 * The generator is run once for each run, and again from the beginning when that is resumed. Each
 * page is asked for as soon as there is room for it. When a page cannot be read, the run goes on
 * with those before it and ends as `partial`; it fails if there are none. A list that shows nothing
 * but known items for ten pages has no end that could be waited for, and is read no further.
 */
export function pages<Item>(fetch: (run: TaskContext<never>) => AsyncIterable<readonly Item[]>): PageSource<Item> {
  return new StayingList(fetch);
}

class StayingList<Item> implements PageSource<Item> {
  readonly keepsTheRest = false;

  constructor(private readonly fetch: (run: TaskContext<never>) => AsyncIterable<readonly Item[]>) {}

  tally(before: RunProgress | null): ItemTally {
    return new StayingTally(before);
  }

  async *read(list: RunList<Item>): AsyncGenerator<readonly ListedItem<Item>[], void, undefined> {
    const reading = new StayingReading(list);
    try {
      for await (const page of this.fetch(list.context)) {
        const items = reading.take(reading.identify(page));
        if (items.length > 0) yield items;
      }
    } catch (error) {
      const isCutOff = list.context.signal.aborted;
      if (reading.offset === 0 || isCutOff || workerErrorIn(error)?.endsRun) throw error;
      list.failPage(reading.offset, error);
    }
  }
}
