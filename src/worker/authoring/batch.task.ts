import { Inject } from '@nestjs/common';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { BaseTask } from './base.task.js';
import { BatchRun } from '../batch/batch-run.js';
import { ItemTroubles } from '../batch/item-troubles.js';
import { ItemLedger } from '../../ledger/item-ledger.js';
import type { ItemCounts } from '../../runs/run.js';
import type { TaskContext } from './task-context.js';

/** Where to read. Offsets are those of the list as it is now. */
export interface PageRequest {
  readonly offset: number;
  readonly limit: number;
}

/** What became of an item that did not fail. `skipped`: nothing had to be done, or it was gone. */
export type ItemVerdict = 'succeeded' | 'skipped';

/**
 * A task that works through many items. The author says how to get a page and how to process one item; paging,
 * concurrency, progress, failed items, quarantine and resuming come with it. Declare `execute` again to schedule it:
 *
 *     @Interval(10 * MINUTE)
 *     override execute(context: TaskContext) {
 *       return super.execute(context);
 *     }
 */
export abstract class BatchTask<Item, Result = unknown> extends BaseTask<Result> {
  /** Items asked for at once. */
  readonly pageSize: number = 100;

  /**
   * `shrinks`: the list loses an item when it is processed, at once or a little later, and is read until nothing new
   * is left. `single page`: the list is read once.
   */
  readonly listing: 'shrinks' | 'single page' = 'shrinks';

  @Inject(ItemLedger)
  private readonly itemLedger!: ItemLedger;

  @Inject(workerConfig.KEY)
  private readonly settings!: WorkerSettings;

  /** Reads a page. A rejection ends the run: retries are the client's business. */
  abstract fetchPage(page: PageRequest, context: TaskContext): Promise<readonly Item[]>;

  /**
   * Identifies the item among all items of this task, over all runs. What it throws for an item without an id that can
   * be used fails this item and no other, with the code `BAD_ID`: it is not processed, nor remembered over runs.
   */
  abstract idOf(item: Item): string;

  /**
   * Processes one item; called for up to the upper bound of `DATA_API_CONCURRENCY` items at once. A rejection fails
   * this item and no other, unless the error's `endsRun` is true. Must be safe to repeat: after a crash, what was in
   * work is processed again.
   */
  abstract processItem(item: Item, context: TaskContext): Promise<ItemVerdict>;

  /** The run's result. */
  abstract summarize(items: ItemCounts): Result;

  override async execute(context: TaskContext): Promise<Result> {
    const troubles = await ItemTroubles.load(this.itemLedger, this.name, context);
    const batch = new BatchRun(this, context, troubles, this.settings.dataApi.concurrency.max);
    return this.summarize(await batch.run());
  }
}
