/** Remembers the newest ids, up to a capacity: what a list may still show although it is done. */
export class RecentIds {
  private readonly ids = new Set<string>();
  private forgotten = false;

  constructor(private readonly capacity: number) {}

  /** Whether ids have had to be dropped, so that `has` may deny what was here once. */
  get incomplete(): boolean {
    return this.forgotten;
  }

  get size(): number {
    return this.ids.size;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  add(id: string): void {
    this.ids.add(id);
    if (this.ids.size <= this.capacity) return;
    // A Set iterates in the order of insertion: the first is the oldest.
    for (const oldest of this.ids) {
      this.ids.delete(oldest);
      break;
    }
    this.forgotten = true;
  }
}
