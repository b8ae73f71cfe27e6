import type { ListedItem } from './listed-item.js';

/** Processes items that are on record, a fixed number at once. */
export class Lanes<Item> {
  private readonly queue: ListedItem<Item>[] = [];
  private running = 0;

  /** `process` never rejects; `onEnd` is called after each item. */
  constructor(
    readonly count: number,
    private readonly process: (item: ListedItem<Item>) => Promise<void>,
    private readonly onEnd: () => void,
  ) {}

  /** Items that wait for a lane. */
  get waiting(): number {
    return this.queue.length;
  }

  get busy(): boolean {
    return this.running > 0;
  }

  queueUp(items: readonly ListedItem<Item>[]): void {
    this.queue.push(...items);
  }

  /** Begins as many waiting items as there are free lanes. */
  fill(): void {
    while (this.running < this.count && this.queue.length > 0) void this.work(this.queue.shift() as ListedItem<Item>);
  }

  /** Processes an item at once. */
  async work(item: ListedItem<Item>): Promise<void> {
    this.running++;
    await this.process(item);
    this.running--;
    this.onEnd();
  }

  /** Takes back what has not begun. */
  empty(): readonly ListedItem<Item>[] {
    return this.queue.splice(0);
  }
}
