import type { ListedItem } from './listed-item.js';
import { type KnownItems, newItems, type PageReader, type PageSource } from './page-source.js';
import { UnidentifiedItems } from './unidentified-items.js';

/** Pages without anything new that are read beyond what the known items account for. */
const BARREN_PAGES = 3;

/**
 * Reads a list that loses items while they are processed. Advancing by the page size would skip as many items as have
 * left the list, so each page is read at the number of items that are known to be still in it: those in work, those
 * tried and still pending (`stuck`), and those done that the list still shows (`lingering`).
 *
 * Reads overlap with work, so an offset can be too large by what has just left the list. What that skips is found
 * later: the list has ended only when everything before its end has been read, with nothing in work, and was known.
 */
export class ShrinkingList<Item> implements PageSource<Item> {
  private readonly unidentified = new UnidentifiedItems<Item>();
  private lingering = 0;
  /** Items without a usable id beyond those that can be told apart: there are as many in the list all the same. */
  private alike = 0;
  private barren = 0;

  constructor(
    private readonly reader: PageReader<Item>,
    private readonly known: KnownItems,
  ) {}

  async next(): Promise<readonly ListedItem<Item>[] | null> {
    const items = (await this.advance()) ?? (await this.sweep());
    if (items) this.unidentified.handOut(items);
    return items;
  }

  /** Reads on behind the known items until a page brings something new or the list ends. */
  private async advance(): Promise<readonly ListedItem<Item>[] | null> {
    for (;;) {
      const { inWork, stuck } = this.known;
      this.unidentified.beginReading();
      const page = await this.reader.read(inWork + stuck + this.lingering + this.alike);
      const items = this.take(page);
      if (items.length > 0) return items;
      if (inWork > 0) await this.known.whenIdle();
      else if (page.length < this.reader.limit || this.repeatsItself()) return null;
      else this.alike += page.filter(({ fault }) => fault).length;
    }
  }

  /**
   * Reads what lies before the end, with nothing in work, for what the offsets of `advance` have missed. Backwards:
   * items move towards the beginning when others leave, and so cannot slip past.
   */
  private async sweep(): Promise<readonly ListedItem<Item>[] | null> {
    if (this.keepsEverything()) return null;
    let offset = this.known.stuck + this.lingering + this.alike;
    this.lingering = 0;
    this.alike = 0;
    this.barren = 0;
    while (offset > 0) {
      offset = Math.max(0, offset - this.reader.limit);
      const items = this.take(await this.reader.read(offset));
      if (items.some(({ fault }) => !fault)) return items;
    }
    const { missed } = this.unidentified;
    return missed.length > 0 ? missed : null;
  }

  private take(page: readonly ListedItem<Item>[]): readonly ListedItem<Item>[] {
    this.unidentified.see(page);
    const items = newItems(page, this.known);
    this.barren = items.length > 0 ? 0 : this.barren + 1;
    this.lingering += new Set(page.map(({ id }) => id).filter((id) => this.known.isDone(id))).size;
    return items;
  }

  /** A list that never lets go of finished items looks new from its beginning once they are too many to remember. */
  private keepsEverything(): boolean {
    return this.known.doneForgotten && this.lingering > this.known.done / 2;
  }

  /** A server that answers with the same pages for ever is left after as many as the known items can fill. */
  private repeatsItself(): boolean {
    const explained = Math.ceil((this.known.stuck + this.known.done) / this.reader.limit);
    return this.barren > explained + BARREN_PAGES;
  }
}
