const IDS_OF_A_PAGE = 10;
/** So many pages at the beginning, and half as many between each power of two and the next. */
const DENSITY = 16;

/**
 * Remembers some ids of some pages for as long as the run lasts: a list that goes round in a circle
 * shows one of them again, wherever the circle begins and however long it is. Memory grows with the
 * logarithm of the list.
 */
export class Landmarks {
  private readonly ids = new Set<string>();
  private pages = 0;

  pass(page: readonly string[]): void {
    this.pages++;
    const distance = Math.max(1, 2 ** Math.floor(Math.log2(this.pages)) / (DENSITY / 2));
    if (this.pages % distance === 0) for (const id of page.slice(0, IDS_OF_A_PAGE)) this.ids.add(id);
  }

  /** The list may show it again, and rightly so. */
  forget(id: string): void {
    this.ids.delete(id);
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }
}
