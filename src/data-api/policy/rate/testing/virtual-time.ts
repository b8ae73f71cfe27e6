interface Event {
  readonly at: number;
  readonly order: number;
  readonly happen: () => void;
}

const isBefore = (a: Event, b: Event) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Time that passes as fast as events can be dealt with: a binary heap of what is to come. */
export class VirtualTime {
  now = 0;
  private readonly heap: Event[] = [];
  private order = 0;

  at(instant: number, happen: () => void): void {
    const event = { at: Math.max(instant, this.now), order: this.order++, happen };
    let index = this.heap.length;
    for (;;) {
      const parent = (index - 1) >> 1;
      const above = this.heap[parent];
      if (index === 0 || !above || isBefore(above, event)) break;
      this.heap[index] = above;
      index = parent;
    }
    this.heap[index] = event;
  }

  run(until: number, isOver: () => boolean): void {
    while (!isOver()) {
      const next = this.heap[0];
      if (!next || next.at > until) return;
      this.removeFirst();
      this.now = next.at;
      next.happen();
    }
  }

  private removeFirst(): void {
    const last = this.heap.pop();
    const size = this.heap.length;
    if (!last || size === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const [left, right] = [this.heap[child], this.heap[child + 1]];
      if (left && right && isBefore(right, left)) child++;
      const below = this.heap[child];
      if (!below || isBefore(last, below)) break;
      this.heap[index] = below;
      index = child;
    }
    this.heap[index] = last;
  }
}
