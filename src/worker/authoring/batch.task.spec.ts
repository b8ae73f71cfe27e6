import { Injectable } from '@nestjs/common';
import type { ItemCounts } from '../../runs/run.js';
import { runTask } from '../../testing/index.js';
import { BatchTask } from './batch.task.js';
import type { ItemContext, ItemVerdict } from './item-context.js';
import { itemId } from './item-id.js';
import { singlePage } from './pages/pages.js';
import { shrinkingList } from './pages/shrinking-list.js';
import type { TaskContext } from './task-context.js';

interface Invoice {
  readonly number: number;
}

describe('BatchTask', () => {
  abstract class ManualTask<Item, Result = ItemCounts> extends BatchTask<Item, Result> {
    readonly name = 'some_batch';
    override readonly manualOnly = true;
    static ids: string[];

    async processItem(_item: Item, { id }: ItemContext): Promise<void> {
      ManualTask.ids.push(id);
    }
  }
  beforeEach(() => {
    ManualTask.ids = [];
  });

  it('identifies items by their id, and its result is the counts, unless it says otherwise', async () => {
    @Injectable()
    class Orders extends ManualTask<{ readonly id?: unknown }> {
      readonly pages = singlePage(async () => [{ id: 7 }, { id: 'a' }, {}]);
    }
    const { run, failedItems } = await runTask(Orders, []);
    expect(run).toMatchObject({ status: 'partial', result: { total: 3, succeeded: 2, failed: 1, skipped: 0 } });
    expect(ManualTask.ids).toEqual(['7', 'a']);
    expect(failedItems).toMatchObject([
      { error: { code: 'BAD_ID', message: expect.stringContaining('it has no id') } },
    ]);
  });

  it('takes a list of plain ids', async () => {
    @Injectable()
    class Ids extends ManualTask<string | number> {
      readonly pages = singlePage(async () => [7, 'a']);
    }
    await runTask(Ids, []);
    expect(ManualTask.ids).toEqual(['7', 'a']);
  });

  it('identifies items as its idOf says, and answers what its summarize says', async () => {
    @Injectable()
    class Invoices extends ManualTask<Invoice, { readonly archived: number }> {
      readonly pages = singlePage(async () => [{ number: 3 }]);

      override idOf({ number }: Invoice): string {
        return `invoice-${itemId(number)}`;
      }

      override summarize({ succeeded }: ItemCounts) {
        return { archived: succeeded };
      }
    }
    const { run } = await runTask(Invoices, []);
    expect(run.result).toEqual({ archived: 1 });
    expect(ManualTask.ids).toEqual(['invoice-3']);
  });

  it('says where to run it when there is no worker around it', async () => {
    class Orders extends ManualTask<string> {
      readonly pages = singlePage(async () => ['1']);
    }
    await expect(new Orders().run()).rejects.toThrow('In a spec, use runTask()');
  });

  /** Compiled by `npm run check:types`; there is nothing to run. */
  it('holds its parts to the type of its items', () => {
    class Orders extends BatchTask<Invoice> {
      readonly name = 'orders';
      readonly pages = shrinkingList(async ({ offset, limit }) => [{ number: offset + limit, note: 'more is fine' }]);

      async processItem({ number }: Invoice, { id, at }: ItemContext): Promise<ItemVerdict> {
        return number > Number(id) + at.getTime() ? 'succeeded' : 'skipped';
      }

      // @ts-expect-error -- the result is the counts where no other is named
      override summarize({ total }: ItemCounts) {
        return { archived: total };
      }
    }

    class OtherItems extends Orders {
      // @ts-expect-error -- the pages are not those of invoices
      override readonly pages = singlePage(async () => [{ id: '1' }]);

      // @ts-expect-error -- a verdict is none of these
      override async processItem(): Promise<'done'> {
        return 'done';
      }
    }

    class Context extends Orders {
      override async processItem(_item: Invoice, context: ItemContext): Promise<ItemVerdict> {
        // @ts-expect-error -- authors keep no record of a run
        void context.recorder;
        // @ts-expect-error -- nor do they see what an earlier attempt left
        void context.resume;
        return 'skipped';
      }
    }

    class Repeating extends Orders {
      override execute(context: TaskContext) {
        // @ts-expect-error -- execute comes with BatchTask
        return super.execute(context);
      }
    }
    expect([OtherItems, Context, Repeating]).toBeDefined();
  });

  it.each([
    [{}, 3],
    [{ TASK_SOME_BATCH_CONCURRENCY: '2' }, 2],
    [{ TASK_SOME_BATCH_CONCURRENCY: '200', DATA_API_CONCURRENCY: '1..5' }, 5],
  ])('works on as many items at once as it, its variable and the API allow', async (settings, most) => {
    let inWork = 0;
    let peak = 0;
    @Injectable()
    class Narrow extends ManualTask<number> {
      readonly pages = singlePage(async () => Array.from({ length: 50 }, (_, id) => id));
      override readonly concurrency = 3;

      override async processItem(): Promise<void> {
        peak = Math.max(peak, ++inWork);
        await new Promise(setImmediate);
        inWork--;
      }
    }
    await runTask(Narrow, [], { settings });
    expect(peak).toBe(most);
  });
});
