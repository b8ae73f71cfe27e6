import type { RunProgress } from '../../../ledger/run-ledger.js';
import { type ItemTally, ShrinkingTally } from '../../batch/item-tally.js';
import type { ListedItem } from '../../batch/listed-item.js';
import type { PageSource, RunList } from '../../batch/page-source.js';
import type { TaskContext } from '../task-context.js';
import { checkedPageSize, type PageOptions } from './page-size.js';
import { ShrinkingReading } from './shrinking-reading.js';

/** The run that a page is read for, and where to read. Offsets are those of the list now. */
export interface PageContext<Params = unknown> extends TaskContext<Params> {
  readonly offset: number;
  readonly limit: number;
}

type FetchPage<Item> = (page: PageContext<never>) => Promise<readonly Item[]>;

/**
 * A list that loses an item when it is processed, at once or a little later, and that is read until
 * nothing new is left:
 *
 *     readonly pages = shrinkingList(({ offset, limit }) => this.pendingOrders(offset, limit));
 *
 * A page that cannot be read is stepped over and tried again at the end; if it still cannot be read
 * then, it counts as a failed item. Two in a row end the run: retries are the client's business,
 * and it is the API that fails, not a page. When nine tenths of the deadline have passed, the run
 * begins no further item and ends with what it has done: the rest is still in the list, for the
 * next run. `pageSize`: items asked for at once.
 */
export function shrinkingList<Item>(fetch: FetchPage<Item>, options: PageOptions = {}): PageSource<Item> {
  return new ShrinkingList(fetch, checkedPageSize(options));
}

class ShrinkingList<Item> implements PageSource<Item> {
  readonly keepsTheRest = true;

  constructor(
    private readonly fetch: FetchPage<Item>,
    private readonly pageSize: number,
  ) {}

  tally(before: RunProgress | null): ItemTally {
    return new ShrinkingTally(before);
  }

  read(list: RunList<Item>): AsyncGenerator<readonly ListedItem<Item>[], void, undefined> {
    const { context } = list;
    const limit = this.pageSize;
    return new ShrinkingReading(list, limit, (offset) => this.fetch({ ...context, offset, limit })).read();
  }
}
