import { Inject, Injectable } from '@nestjs/common';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { ItemLedger } from '../../ledger/item-ledger.js';
import type { ItemCounts } from '../../runs/run.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import type { BatchContext } from './batch-context.js';
import { BatchRun } from './batch-run.js';
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
  ) {}

  /** Resolves when the list holds nothing more for this run; rejects when the run cannot go on. */
  async run<Item>(work: BatchWork<Item>, context: BatchContext): Promise<ItemCounts> {
    const troubled = await TroubledItems.load(this.ledger, context);
    const lanes = Math.min(mostAtOnce(this.settings), context.concurrency);
    return new BatchRun(work, context, troubled, this.events, lanes).run();
  }
}

/** What the API with the widest bounds takes: each holds back what is beyond its own. */
function mostAtOnce({ dataApi, apis }: WorkerSettings): number {
  return Math.max(...[dataApi, ...apis].map(({ concurrency }) => concurrency.max));
}
