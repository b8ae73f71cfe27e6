import { WorkerError } from '../../../runs/errors.js';
import { ListRepeatsError } from '../../batch/list.errors.js';
import type { PageSource } from '../../batch/page-source.js';
import type { TaskContext } from '../task-context.js';
import { checkedPageSize, type PageOptions } from './page-size.js';
import { PositionedList } from './positioned-list.js';

/** What a list is sorted by: an id, or a time as the API writes it. */
export type Key = string | number;

/** The run that a page is read for, and where to read. */
export interface KeysetPageContext<Params = unknown> extends TaskContext<Params> {
  /** The key of the last item so far; undefined at the beginning. */
  readonly after: Key | undefined;
  readonly limit: number;
}

export interface KeysetOptions<Item> extends PageOptions {
  /** What the list is sorted by. */
  readonly key: (item: Item) => Key;
}

type FetchKeysetPage<Item> = (page: KeysetPageContext<never>) => Promise<readonly Item[]>;

/**
 * A list that stays as it is and that is sorted by a key, each page of which is asked for with the
 * last key so far, up to an empty one:
 *
 *     readonly pages = keysetPages(({ after, limit }) => this.events({ since: after, limit }), {
 *       key: ({ changedAt }) => changedAt,
 *     });
 *
 * Items may come and go meanwhile. The API may show the last item once more (`>=`) or not (`>`).
 * Where items share a key, as times do, it has to show them once more, and a page has to hold more
 * items than share one: the list ends with the code `LIST_REPEATS` otherwise.
 * After a crash the run goes on behind the last key of which everything before is done. A page that
 * cannot be read ends the reading: the run goes on with those before it and ends as `partial`.
 */
export function keysetPages<Item>(fetch: FetchKeysetPage<Item>, options: KeysetOptions<Item>): PageSource<Item> {
  const limit = checkedPageSize(options);
  return new PositionedList(async function* (list, reading) {
    let lengthBefore = 0;
    for (let after = list.resumeAt?.cursor; ;) {
      const page = await fetch({ ...list.context, after, limit });
      const last = page.at(-1);
      if (last === undefined) return;
      const items = reading.takeFrom(reading.identify(page), after);
      if (items.length > 0) yield items;
      const next = checkedKey(options.key(last));
      if (next === after) {
        // An API may give fewer than it is asked for: after pages of equal length there is more.
        const isFull = page.length >= limit || (items.length > 0 && page.length === lengthBefore);
        // The end of a list that shows the last item once more, unless it shows others as well.
        if (!isFull && page.every((item) => options.key(item) === after)) return;
        throw new ListRepeatsError(`${page.length} items up to the key ${JSON.stringify(after)}`);
      }
      after = next;
      lengthBefore = page.length;
    }
  });
}

function checkedKey(key: unknown): Key {
  if ((typeof key === 'string' && key !== '') || Number.isFinite(key)) return key as Key;
  throw new WorkerError(
    `An item of the list has the key ${JSON.stringify(key)}; \`key\` of keysetPages() must give what the list is sorted by`,
    'BAD_ANSWER',
  );
}
