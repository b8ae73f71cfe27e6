import type { TaskContext } from './task-context.js';

/** What `processItem` is told: the run, and which item it is. */
export interface ItemContext<Params = unknown> extends TaskContext<Params> {
  /** What `idOf` says of the item. */
  readonly id: string;
}

/**
 * What became of an item that did not fail; nothing at all means `succeeded`. `skipped`: nothing
 * had to be done, or the item was gone.
 */
export type ItemVerdict = 'succeeded' | 'skipped';
