import type { ListedItem } from './listed-item.js';

/** What a page source must know of items it has handed out, to tell new ones from known ones. */
export interface KnownItems {
  isKnown(id: string): boolean;
  /** Done, and remembered. A list may show such an item for a little while. */
  isDone(id: string): boolean;
  /** Done too long ago to be remembered as such: a list that shows it again goes in a circle. */
  isFromLongAgo(id: string): boolean;
  /** Handed out and not ended. */
  readonly inWork: number;
  /** Ended in this run and still in the list: failed, in quarantine, or without a usable id. */
  readonly stuck: number;
  /** Those of them that have no usable id. */
  readonly withoutId: number;
  /** Number of those done and remembered; `doneForgotten`: there were more than that. */
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
