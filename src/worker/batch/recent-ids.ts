/** Remembers the newest ids, up to a capacity: what a list may still show although it is done. */
export class RecentIds {
  private readonly ids = new Set<string>();
  /**
   * The same ids in the order of their coming. Taking the first of a large Set gets slow, as it
   * keeps what was deleted.
   */
  private readonly ring: string[] = [];
  private oldest = 0;

  constructor(private readonly capacity: number) {}

  /** Whether ids have had to be dropped, so that `has` may deny what was here once. */
  get incomplete(): boolean {
    return this.oldest > 0;
  }

  get size(): number {
    return this.ids.size;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  add(id: string): void {
    if (this.ids.has(id)) return;
    this.ids.add(id);
    if (this.ring.length < this.capacity) {
      this.ring.push(id);
      return;
    }
    const place = this.oldest++ % this.capacity;
    this.ids.delete(this.ring[place] ?? id);
    this.ring[place] = id;
  }
}
