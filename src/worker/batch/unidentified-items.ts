import type { ListedItem } from './listed-item.js';

/**
 * The items without a usable id, over the readings of a list that shrinks. They never leave it, and are known by their
 * content. Where that changes from one reading to the next, an item looks new while its earlier content is gone: only
 * as many as there are more than gone ones are truly new.
 */
export class UnidentifiedItems<Item> {
  private readonly handedOut = new Set<string>();
  private readonly seen = new Map<string, ListedItem<Item>>();

  /** From here on the list is looked at anew. */
  beginReading(): void {
    this.seen.clear();
  }

  see(page: readonly ListedItem<Item>[]): void {
    for (const listed of page) if (listed.fault) this.seen.set(listed.id, listed);
  }

  handOut(items: readonly ListedItem<Item>[]): void {
    for (const { id, fault } of items) if (fault) this.handedOut.add(id);
  }

  /** After a reading of the whole list: those that had been missed. */
  get missed(): ListedItem<Item>[] {
    let gone = 0;
    for (const id of this.handedOut) if (!this.seen.has(id)) gone++;
    return [...this.seen.values()].filter(({ id }) => !this.handedOut.has(id)).slice(gone);
  }
}
