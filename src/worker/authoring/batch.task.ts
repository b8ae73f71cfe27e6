import { Inject, Optional } from '@nestjs/common';
import type { ItemCounts } from '../../runs/run.js';
import type { BatchContext } from '../batch/batch-context.js';
import { BatchRunner } from '../batch/batch-runner.js';
import type { PageSource } from '../batch/page-source.js';
import { BaseTask } from './base.task.js';
import type { ItemContext, ItemVerdict } from './item-context.js';
import { itemId } from './item-id.js';

/**
 * A task that works through many items. Say where the items come from (`pages`) and what to do with
 * one of them (`processItem`), and put `@Interval` or `@Cron` of `@nestjs/schedule` on
 * `processItem`. Paging, concurrency, progress, failed items, quarantine and resuming come with it.
 */
export abstract class BatchTask<Item, Result = ItemCounts> extends BaseTask<Result | ItemCounts> {
  /** Where the items come from: `cursorPages(…)`, `shrinkingList(…)` or another page source. */
  abstract readonly pages: PageSource<Item>;

  /**
   * Items in work at once, at the most; never more than the upper bound of `DATA_API_CONCURRENCY`,
   * which is the default; with further APIs, than the highest of all. `TASK_<NAME>_CONCURRENCY`
   * overrides it.
   */
  readonly concurrency: number = Infinity;

  /**
   * Whether other replicas may process items of a run, beside the one that holds it. False keeps
   * them together: for a `processItem` that needs what this process keeps in memory, such as a sum
   * over items or a file. So they are anyway in dry runs, in tasks with `state` or a finite
   * `concurrency`, and where items are more than their JSON.
   */
  readonly fanOut: boolean = true;

  /** True: where traces are recorded, each item has a span of its own, around its requests. */
  readonly traceItems: boolean = false;

  /** Absent where a spec makes the task without a worker around it. */
  @Optional()
  @Inject(BatchRunner)
  private readonly runner: BatchRunner | undefined;

  /**
   * Identifies the item among all items of this task, over all runs. Default: its `id`, a string or
   * an integer; or the item itself, if it is one. What this throws fails the item and no other,
   * with the code `BAD_ID`: it is not processed, nor remembered over runs.
   */
  idOf(item: Item): string {
    return itemId(typeof item === 'object' && item !== null ? (item as { readonly id?: unknown }).id : item);
  }

  /**
   * Processes one item; called for up to `concurrency` items at once. A rejection fails this item
   * and no other, unless the error's `endsRun` is true. Must be safe to repeat: after a crash, what
   * was in work is processed again.
   */
  abstract processItem(item: Item, context: ItemContext): Promise<ItemVerdict | void>;

  /** The run's result. Default: the counts themselves. */
  summarize(items: ItemCounts): Result | ItemCounts {
    return items;
  }

  /** One run over all items. The worker calls it; there is no need to override it. */
  override async execute(context: BatchContext): Promise<Result | ItemCounts> {
    if (!this.runner) throw new TypeError(`${this.name} has no worker to run in. In a spec, use runTask()`);
    return this.summarize(await this.runner.run(this, context));
  }
}
