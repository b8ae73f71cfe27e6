import type { ListedItem } from './listed-item.js';

/** What a page source must know of the items it has handed out, to tell a new one from a known one. */
export interface KnownItems {
  isKnown(id: string): boolean;
  /** Done, and remembered. A list may show such an item for a little while. */
  isDone(id: string): boolean;
  /** Handed out and not ended. */
  readonly inWork: number;
  /** Tried in this run and still in the list: failed, or left alone. */
  readonly stuck: number;
  /** Done and remembered, in number; `doneForgotten` when there were more than can be remembered. */
  readonly done: number;
  readonly doneForgotten: boolean;
  /** Resolves when nothing is in work. */
  whenIdle(): Promise<void>;
}

/** Gives a batch its items, page by page, each item once. */
export interface PageSource<Item> {
  /** The next items, never empty; null when there are no more. Reads one page at a time. */
  next(): Promise<readonly ListedItem<Item>[] | null>;
}

export interface PageReader<Item> {
  readonly limit: number;
  read(offset: number): Promise<readonly ListedItem<Item>[]>;
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
