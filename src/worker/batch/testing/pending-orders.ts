import { setImmediate as turn } from 'node:timers/promises';
import type { ItemLedger, ItemRecord } from '../../../ledger/item-ledger.js';
import { WorkerError } from '../../../runs/errors.js';
import type { ItemContext, ItemVerdict } from '../../authoring/item-context.js';
import { singlePage } from '../../authoring/pages/pages.js';
import { type PageContext, shrinkingList } from '../../authoring/pages/shrinking-list.js';
import { aBatchContext } from '../../testing/batch-context.fake.js';
import type { BatchContext } from '../batch-context.js';
import { BatchRun } from '../batch-run.js';
import type { BatchWork } from '../batch-work.js';
import type { PageSource } from '../page-source.js';
import { TroubledItems } from '../troubled-items.js';

export interface Order {
  readonly id: string | null;
  readonly note?: string;
}

class BadOrderError extends WorkerError {
  constructor() {
    super('This order cannot be processed', 'HTTP_422');
  }
}

class GoneError extends WorkerError {
  override readonly itemGone = true;
}

export class UnauthorizedError extends WorkerError {
  override readonly endsRun = true;
}

/** A Data API in memory, and a task that drains it. */
export class PendingOrders implements BatchWork<Order> {
  pageSize = 100;
  single = false;
  list: string[];
  readonly effects = new Map<string, number>();
  readonly reads: number[] = [];
  bad = new Set<string>();
  gone = new Set<string>();
  /** Listed without an id, and with this note instead. */
  unusable = new Map<string, () => string>();
  turns = (): number => 0;
  /** Reads for which a processed order is still listed. */
  lag = 0;
  onProcess: (id: string) => void | Promise<void> = () => {};
  page: (request: Pick<PageContext, 'offset' | 'limit'>) => string[] = ({ offset, limit }) =>
    this.list.slice(offset, offset + limit);
  inWork = 0;
  peak = 0;

  constructor(count: number) {
    this.list = Array.from({ length: count }, (_, index) => `o${index}`);
  }

  get pages(): PageSource<Order> {
    if (this.single) return singlePage(() => this.fetchPage({ offset: 0, limit: Infinity }));
    return shrinkingList((page) => this.fetchPage(page), { pageSize: this.pageSize });
  }

  private async fetchPage(request: Pick<PageContext, 'offset' | 'limit'>): Promise<Order[]> {
    this.reads.push(request.offset);
    for (let left = this.turns(); left > 0; left--) await turn();
    this.leaveLate();
    return this.page(request).map((id) => {
      const note = this.unusable.get(id);
      return note ? { id: null, note: note() } : { id };
    });
  }

  idOf({ id }: Order): string {
    if (id === null) throw new TypeError('the id is null');
    return id;
  }

  async processItem(_order: Order, { id }: ItemContext): Promise<ItemVerdict> {
    this.peak = Math.max(this.peak, ++this.inWork);
    try {
      for (let left = this.turns(); left > 0; left--) await turn();
      await this.onProcess(id);
      if (this.bad.has(id)) throw new BadOrderError();
      if (this.gone.has(id)) {
        this.list = this.list.filter((other) => other !== id);
        throw new GoneError('gone', 'HTTP_404');
      }
      this.effects.set(id, (this.effects.get(id) ?? 0) + 1);
      if (this.lag < Infinity) this.leaving.push({ id, reads: this.lag });
      if (this.lag === 0) this.leaveLate();
      return 'succeeded';
    } finally {
      this.inWork--;
    }
  }

  private leaving: { id: string; reads: number }[] = [];

  private leaveLate(): void {
    for (const order of this.leaving) order.reads--;
    const left = new Set(this.leaving.filter(({ reads }) => reads <= 0).map(({ id }) => id));
    this.leaving = this.leaving.filter(({ id }) => !left.has(id));
    if (left.size > 0) this.list = this.list.filter((id) => !left.has(id));
  }
}

export const NOTHING_OPEN = { pending: [], unconfirmed: [] };

/** What the ledger knows of troubled items. */
export function itemLedger(records: ItemRecord[] = []): ItemLedger & { crashed: string[][] } {
  const crashed: string[][] = [];
  return {
    crashed,
    troubled: async () => new Map(records.map((record) => [record.id, record])),
    recordCrash: async (_task, ids) => void crashed.push([...ids]),
  };
}

/** A run of the batch that has not begun. */
export async function aBatch<Item>(
  work: BatchWork<Item>,
  changes: Partial<BatchContext> = {},
  ledger = itemLedger(),
  lanes = 16,
) {
  const fake = aBatchContext(changes);
  const troubled = await TroubledItems.load(ledger, fake.context);
  const run = () => new BatchRun(work, fake.context, troubled, fake.events, lanes).run();
  /** What has failed so far, in the order of its failing. */
  const failures = async () => {
    await fake.recorder.checkpoint(NOTHING_OPEN, new AbortController().signal);
    return fake.checkpoints.flatMap((checkpoint) => checkpoint.failures);
  };
  return { ...fake, run, failures };
}

export function onlyOnce(task: PendingOrders): boolean {
  return [...task.effects.values()].every((count) => count === 1);
}
