const REMOVED = -1;

/**
 * Pending orders 1 … n, oldest first, as a doubly linked list in two typed arrays: removal
 * costs the same at any position, and a million orders take 8 MB.
 */
export class OrderList {
  private readonly following: Int32Array;
  private readonly preceding: Int32Array;
  private count: number;

  constructor(orders: number) {
    this.count = orders;
    // Entry 0 closes the ring.
    this.following = Int32Array.from({ length: orders + 1 }, (_, id) => (id === orders ? 0 : id + 1));
    this.preceding = Int32Array.from({ length: orders + 1 }, (_, id) => (id === 0 ? orders : id - 1));
  }

  get size(): number {
    return this.count;
  }

  page(offset: number, limit: number): number[] {
    const ids: number[] = [];
    let id = this.following[0] ?? 0;
    for (let skipped = 0; id !== 0 && skipped < offset; skipped++) id = this.following[id] ?? 0;
    for (; id !== 0 && ids.length < limit; id = this.following[id] ?? 0) ids.push(id);
    return ids;
  }

  /** Returns false when the order is not listed. */
  remove(id: number): boolean {
    const following = this.following[id];
    const preceding = this.preceding[id];
    if (id === 0 || following === undefined || preceding === undefined || following === REMOVED) return false;
    this.following[preceding] = following;
    this.preceding[following] = preceding;
    this.following[id] = REMOVED;
    this.count--;
    return true;
  }
}
