import type { ListPosition, RunProgress } from '../../ledger/run-ledger.js';
import type { TaskContext } from '../authoring/task-context.js';
import type { BatchItems } from './batch-items.js';
import type { ItemTally } from './item-tally.js';
import type { ListedItem } from './listed-item.js';

/**
 * One kind of list: how it is read, and how its items are counted. A value of the task, shared by
 * all of its runs.
 */
export interface PageSource<Item> {
  /**
   * Reads the list for one run. Each value is a number of items, at least one, none of which the
   * run has been given before; the end means that there are no more. What it throws ends the run: a
   * page that cannot be read, and that others can be read without, goes to `list.failPage`.
   */
  read(list: RunList<Item>): AsyncGenerator<readonly ListedItem<Item>[], void, undefined>;

  /**
   * Counts the items of one run over all its attempts. `before`: what earlier ones have done; null
   * on the first.
   */
  tally(before: RunProgress | null): ItemTally;

  /**
   * True: what a run does not reach waits in the list for the next one, so that a run may end
   * before it is through. It does when its deadline draws near: a list that grows as fast as it is
   * worked off has no end.
   */
  readonly keepsTheRest: boolean;
}

/** What a source is given to read a list for one run. */
export interface RunList<Item> {
  /** For the author's part of the source, which states the type of the run's `params`. */
  readonly context: TaskContext<never>;
  readonly known: BatchItems;
  /** Where an interrupted attempt has left the list, for a source that says where it is. */
  readonly resumeAt: ListPosition | undefined;
  /** The list is read from its beginning again: what is known stays known. */
  beginAgain(): void;
  /** Throws once the run begins nothing more: call it before a page is read after a wait. */
  throwIfStopped(): void;
  /** Pairs the items of a page with their ids. */
  identify(page: readonly Item[], offset: number): readonly ListedItem<Item>[];
  /** A page cannot be read: it counts as an item that has failed. */
  failPage(offset: number, error: unknown): void;
}
