import { WorkerError, workerErrorIn } from '../../../runs/errors.js';
import { ListRepeatsError } from '../../batch/list.errors.js';
import type { PageSource } from '../../batch/page-source.js';
import { RecentIds } from '../../batch/recent-ids.js';
import type { TaskContext } from '../task-context.js';
import { PositionedList } from './positioned-list.js';

/** A circle that is longer shows in its items. */
const MAX_REMEMBERED_CURSORS = 1_000;
const MAX_SHOWN_CHARACTERS = 100;

/** How servers refuse a cursor that they do not know any more. */
const REFUSALS = ['HTTP_400', 'HTTP_404', 'HTTP_410', 'HTTP_422'];

/** What a page is asked for with: whatever the page before has named. */
export type Cursor = string | number;

/** One page, and the cursor of the next one: none, null or an empty text after the last. */
export interface CursorPage<Item> {
  readonly items: readonly Item[];
  readonly next?: Cursor | null | undefined;
}

/** `cursor` is undefined for the first page. */
type FetchCursorPage<Item> = (cursor: Cursor | undefined, run: TaskContext<never>) => Promise<CursorPage<Item>>;

/**
 * A list that stays as it is while it is worked through, each page of which names the next one:
 *
 *     readonly pages = cursorPages((cursor) => this.events({ cursor }));
 *
 * Reads one page ahead of the work. After a crash the run goes on at the page that it was at. When
 * the server does not know that cursor any more (400, 404, 410, 422), the list is read from its
 * beginning again, leaving out what is known to be done. A page that cannot be read otherwise ends
 * the reading: the run goes on with those before it and ends as `partial`. A cursor that comes a
 * second time ends it with the code `LIST_REPEATS`.
 */
export function cursorPages<Item>(fetch: FetchCursorPage<Item>): PageSource<Item> {
  return new PositionedList(async function* (list, reading) {
    let cursor = list.resumeAt?.cursor;
    let passed = new RecentIds(MAX_REMEMBERED_CURSORS);
    let refusedAt = -1;
    do {
      let page: CursorPage<Item>;
      try {
        page = await fetch(cursor, list.context);
      } catch (error) {
        // Refused at the same place again, it is no matter of age.
        if (cursor === undefined || reading.offset <= refusedAt || !isRefusal(error)) throw error;
        list.context.logger.warn(`The API refused the cursor ${shown(cursor)}; reading the list from its beginning`);
        refusedAt = reading.offset;
        passed = new RecentIds(MAX_REMEMBERED_CURSORS);
        reading.beginAgain();
        page = await fetch(undefined, list.context);
        cursor = undefined;
      }
      const items = reading.takeFrom(reading.identify(page.items), cursor);
      if (items.length > 0) yield items;
      if (cursor !== undefined) passed.add(String(cursor));
      cursor = nextOf(page);
      if (cursor !== undefined && passed.has(String(cursor))) throw new ListRepeatsError(`the page ${shown(cursor)}`);
    } while (cursor !== undefined);
  });
}

function isRefusal(error: unknown): boolean {
  return REFUSALS.includes(workerErrorIn(error)?.code ?? '');
}

function nextOf({ next }: CursorPage<unknown>): Cursor | undefined {
  if (next === undefined || next === null || next === '') return undefined;
  if (typeof next === 'string' || Number.isSafeInteger(next)) return next;
  throw new WorkerError(`The next page is named by ${shown(next)}; return a text or an integer as next`, 'BAD_ANSWER');
}

function shown(cursor: unknown): string {
  const text = JSON.stringify(cursor) ?? String(cursor);
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;
}
