import { Inject, Injectable, Optional } from '@nestjs/common';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { ChunkLedger, type TakenChunk } from '../../ledger/chunk-ledger.js';
import { ItemLedger } from '../../ledger/item-ledger.js';
import { Lease } from '../../ledger/lease.js';
import type { ItemCounts } from '../../runs/run.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import type { BatchContext } from './batch-context.js';
import { ChunkWork, type ChunkWorkParts } from './chunk-work.js';
import { BatchRun, type Sharing } from './batch-run.js';
import type { BatchWork } from './batch-work.js';
import { TroubledItems } from './troubled-items.js';

/**
 * Runs batches for the tasks of the application: all that a batch needs of the worker, behind one
 * door.
 */
@Injectable()
export class BatchRunner {
  constructor(
    private readonly ledger: ItemLedger,
    private readonly events: WorkerEvents,
    @Inject(workerConfig.KEY) private readonly settings: WorkerSettings,
    @Optional() @Inject(ChunkLedger) private readonly chunks: ChunkLedger | null = null,
    @Optional() @Inject(Lease) private readonly lease: Lease | null = null,
  ) {}

  /** Resolves when the list holds nothing more for this run; rejects when the run cannot go on. */
  async run<Item>(work: BatchWork<Item>, context: BatchContext): Promise<ItemCounts> {
    const troubled = await TroubledItems.load(this.ledger, context);
    const sharing = await this.sharing(work, context);
    const lanes = Math.min(this.lanes, context.concurrency);
    return new BatchRun(work, context, troubled, this.events, lanes, sharing).run();
  }

  /** Works on chunks of a run that another process holds. Resolves with how many items it did. */
  async help<Item>(
    { work, task, author, abort }: Pick<ChunkWorkParts<Item>, 'work' | 'task' | 'author' | 'abort'>,
    first: TakenChunk,
  ): Promise<number> {
    const { chunks, lanes } = this;
    if (!chunks) throw new TypeError('Nothing is shared where there is one process');
    return new ChunkWork({ work, task, author, abort, chunks, lanes }).run(first);
  }

  /** What an API with the widest bounds takes: each holds back what is beyond its own. */
  private get lanes(): number {
    const { dataApi, apis } = this.settings;
    return Math.max(...[dataApi, ...apis].map(({ concurrency }) => concurrency.max));
  }

  /** Undefined where all of the run stays here. What an earlier attempt has lent comes back. */
  private async sharing(work: BatchWork<unknown>, context: BatchContext): Promise<Sharing | undefined> {
    const { chunks, lease } = this;
    if (!chunks || !lease) return undefined;
    const { resume, runId, only, isDryRun, concurrency } = context;
    const left = resume ? await chunks.leftBy(runId) : [];
    const mayLend = work.fanOut !== false && !work.state && !only && !isDryRun && concurrency === Infinity;
    return mayLend || left.length > 0 ? { chunks, lease, left, mayLend } : undefined;
  }
}
