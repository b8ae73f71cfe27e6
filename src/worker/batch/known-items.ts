import type { ListedItem } from './listed-item.js';

/** What a page source must know of the items it has handed out, to tell a new one from a known one. */
export interface KnownItems {
  isKnown(id: string): boolean;
  /** Done, and remembered. A list may show such an item for a little while. */
  isDone(id: string): boolean;
  /** Done so long ago that it is not remembered as such: a list that shows it again goes round in a circle. */
  isFromLongAgo(id: string): boolean;
  /** Handed out and not ended. */
  readonly inWork: number;
  /** Ended in this run and still in the list: failed, in quarantine, or without a usable id. */
  readonly stuck: number;
  /** Those of them that have no usable id. */
  readonly withoutId: number;
  /** Done and remembered, in number; `doneForgotten` when there were more than can be remembered. */
  readonly done: number;
  readonly doneForgotten: boolean;
  /** Resolves when nothing is in work. */
  whenIdle(): Promise<void>;
}

/** The items of a page that are not known yet, each once though the page may repeat it. */
export function newItems<Item>(page: readonly ListedItem<Item>[], known: KnownItems): ListedItem<Item>[] {
  const seen = new Set<string>();
  return page.filter(({ id }) => {
    if (known.isKnown(id) || seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}
