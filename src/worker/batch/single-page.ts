import type { ListedItem } from './listed-item.js';
import { type KnownItems, newItems, type PageReader, type PageSource } from './page-source.js';

/** A list that is complete in one answer. */
export class SinglePage<Item> implements PageSource<Item> {
  private read = false;

  constructor(
    private readonly reader: PageReader<Item>,
    private readonly known: KnownItems,
  ) {}

  async next(): Promise<readonly ListedItem<Item>[] | null> {
    if (this.read) return null;
    this.read = true;
    const items = newItems(await this.reader.read(0), this.known);
    return items.length > 0 ? items : null;
  }
}
