import type { ItemContext, ItemVerdict } from '../authoring/item-context.js';
import type { PageSource } from './page-source.js';

/** What a batch asks of its task. */
export interface BatchWork<Item> {
  readonly pages: PageSource<Item>;
  readonly traceItems?: boolean;
  /** False: all items of a run are processed by one process. */
  readonly fanOut?: boolean;
  /** What each run leaves for the next one, if anything. */
  readonly state?: unknown;
  idOf(item: Item): string;
  processItem(item: Item, context: ItemContext): Promise<ItemVerdict | void>;
}
