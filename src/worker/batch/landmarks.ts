const MAX_IDS_PER_PAGE = 100;

/**
 * Remembers the pages whose number is a power of two, for as long as the run lasts. A list that goes round in a circle
 * shows one of them again, wherever the circle begins and however long it is; a million items cost a thousand ids.
 */
export class Landmarks {
  private readonly ids = new Set<string>();
  private pages = 0;

  pass(page: readonly string[]): void {
    this.pages++;
    if (Number.isInteger(Math.log2(this.pages))) for (const id of page.slice(0, MAX_IDS_PER_PAGE)) this.ids.add(id);
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }
}
