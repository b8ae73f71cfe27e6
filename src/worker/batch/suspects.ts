import { SECOND } from '../../time/duration.js';
import type { BatchStop } from './batch-stop.js';
import type { ListedItem } from './listed-item.js';

/**
 * How long an attempt goes on without its suspects before it tries one. A process that something
 * else kills again and again (an operator, a memory limit, a probe) dies before, and so does not
 * die with the suspect.
 */
const MIN_SURVIVAL_MS = 10 * SECOND;

/** Items that may be what the process died of, held back until the rest of the run has survived. */
export class Suspects<Item> {
  private readonly items: ListedItem<Item>[] = [];
  private readonly dueAtMs = performance.now() + MIN_SURVIVAL_MS;

  add(item: ListedItem<Item>): void {
    this.items.push(item);
  }

  get areHeldBack(): boolean {
    return this.items.length > 0;
  }

  get areDue(): boolean {
    return this.areHeldBack && performance.now() >= this.dueAtMs;
  }

  next(): ListedItem<Item> | undefined {
    return this.items.shift();
  }

  /** Resolves when they may be tried, or the run is to stop. */
  whenDue(stop: BatchStop): Promise<void> {
    return stop.wait(this.dueAtMs - performance.now());
  }
}
