import type { ItemContext, ItemVerdict } from '../authoring/item-context.js';
import type { PageSource } from './page-source.js';

/** What a batch asks of its task. */
export interface BatchWork<Item> {
  readonly pages: PageSource<Item>;
  readonly traceItems?: boolean;
  idOf(item: Item): string;
  processItem(item: Item, context: ItemContext): Promise<ItemVerdict | void>;
}
