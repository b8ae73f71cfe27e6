import { workerErrorIn } from '../../../runs/errors.js';
import { ListRepeatsError } from '../../batch/list.errors.js';
import type { ListedItem } from '../../batch/listed-item.js';
import type { PageSource, RunList } from '../../batch/page-source.js';
import { checkedPageSize, type PageOptions } from './page-size.js';
import { PositionedList } from './positioned-list.js';
import type { PageContext } from './shrinking-list.js';

/** By which a page is joined to the one before. */
const OVERLAP_ITEMS = 1;
/** More often, and the list has no order. */
const MAX_STEPS_BACK = 1_000;

type FetchPage<Item> = (page: PageContext<never>) => Promise<readonly Item[]>;

/**
 * A list that stays as it is while it is worked through, read by offset up to an empty page:
 *
 *     readonly pages = offsetPages(({ offset, limit }) => this.invoices(offset, limit));
 *
 * The list must keep its order; items may come and go. Each page is read from the last known item
 * on: where that does not come up, items have left, and the reading steps back until nothing can
 * have been missed. After a crash the run goes on at the page that it was at. A page that cannot be
 * read counts as a failed item, and later ones are read; two in a row end the reading.
 */
export function offsetPages<Item>(fetch: FetchPage<Item>, options: PageOptions = {}): PageSource<Item> {
  const pageSize = checkedPageSize(options);
  return new PositionedList(async function* (list, reading) {
    let overlap = 0;
    let joint = resumedJoint(list);
    let stepsBack = 0;
    for (let isBehindGap = false; ;) {
      const { offset } = reading;
      const limit = pageSize + overlap;
      const page = await fetchUnless(isBehindGap, list, offset, () => fetch({ ...list.context, offset, limit }));
      if (!page) {
        reading.moveTo(offset + limit);
        isBehindGap = true;
        continue;
      }
      const listed = reading.identify(page);
      if (offset > 0 && !isBehindGap && !joint(listed)) {
        if (++stepsBack > MAX_STEPS_BACK) throw new ListRepeatsError('other items at the same place');
        reading.moveTo(Math.max(0, offset - limit));
        continue;
      }
      const items = reading.takeFrom(listed);
      if (items.length > 0) yield items;
      else if (listed.length <= overlap) return;
      reading.moveTo(Math.max(0, reading.offset - OVERLAP_ITEMS));
      joint = (next) => next.some(({ id }) => list.known.hasListed(id));
      isBehindGap = false;
      overlap = OVERLAP_ITEMS;
    }
  });
}

/** Undefined for a page that cannot be read, unless it is the second in a row. */
async function fetchUnless<Item>(
  isBehindGap: boolean,
  list: RunList<Item>,
  offset: number,
  fetch: () => Promise<readonly Item[]>,
): Promise<readonly Item[] | undefined> {
  try {
    return await fetch();
  } catch (error) {
    if (isBehindGap || list.context.signal.aborted || workerErrorIn(error)?.endsRun) throw error;
    list.failPage(offset, error);
    return undefined;
  }
}

/** Whether nothing can be missing between a page and what the run knows of the list. */
type Joint<Item> = (page: readonly ListedItem<Item>[]) => boolean;

/** Of an interrupted attempt the last pages are known: those to join lie before what is open. */
function resumedJoint<Item>({ resumeAt }: RunList<Item>): Joint<Item> {
  const before = new Set(resumeAt?.done.slice(0, resumeAt.doneAhead));
  return (page) => page.some(({ id }) => before.has(id));
}
