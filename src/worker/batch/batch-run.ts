import type { ItemContext } from '../authoring/item-context.js';
import type { TaskContext } from '../authoring/task-context.js';
import type { ChunkLedger, LeftChunk } from '../../ledger/chunk-ledger.js';
import type { Lease } from '../../ledger/lease.js';
import { RunInterruptedError, TooManyFailuresError } from '../../runs/errors.js';
import type { ItemCounts } from '../../runs/run.js';
import { tracer } from '../../runs/tracing.js';
import type { WorkerEvents } from '../../runs/worker-events.js';
import { type BatchContext, forAuthors } from './batch-context.js';
import { BatchItems } from './batch-items.js';
import { BatchJournal } from './batch-journal.js';
import { BatchStop } from './batch-stop.js';
import type { BatchWork } from './batch-work.js';
import { FanOut } from './fan-out.js';
import { Intake } from './intake.js';
import { endByError, type ItemEnd } from './item-end.js';
import type { ItemTally } from './item-tally.js';
import { identifyItems, type ListedItem } from './listed-item.js';
import type { RunList } from './page-source.js';
import type { TroubledItems } from './troubled-items.js';

/**
 * Of a list that fails like this, the rest would fail, too, and an endless one would fill the disk.
 * Items in quarantine do not count, so that what lies behind them has its turn in the end.
 */
const MAX_FAILURES_IN_A_ROW = 1_000;

/** How a run shares its items with other replicas. */
export interface Sharing {
  readonly chunks: ChunkLedger;
  readonly lease: Lease;
  /** What an earlier attempt has left with others. */
  readonly left: readonly LeftChunk[];
  readonly mayLend: boolean;
}

/**
 * One run of a batch task: an intake brings the items of its list, each is processed, and what
 * becomes of it goes on record.
 */
export class BatchRun<Item> {
  private readonly items: BatchItems;
  private readonly end = Promise.withResolvers<void>();
  private readonly author: TaskContext<never>;
  private readonly tally: ItemTally;
  private readonly journal: BatchJournal;
  private readonly stop: BatchStop;
  private readonly pages: AsyncGenerator<readonly ListedItem<Item>[], void, undefined>;
  private readonly intake: Intake<Item>;
  private readonly fanOut: FanOut<Item> | undefined;
  private restLeft = false;
  private failuresInARow = 0;

  /** `lanes`: items in work at once, at the most. */
  constructor(
    private readonly work: BatchWork<Item>,
    private readonly context: BatchContext,
    private readonly troubled: TroubledItems,
    private readonly events: WorkerEvents,
    lanes: number,
    sharing?: Sharing,
  ) {
    const { advance } = this;
    const items = new BatchItems(context.resume?.position);
    this.items = items;
    this.tally = work.pages.tally(context.resume);
    this.author = forAuthors(context);
    this.journal = new BatchJournal(context, items, this.tally, troubled, events);
    this.stop = new BatchStop(context, work.pages.keepsTheRest);
    this.pages = work.pages.read(this.list());
    const { pages, journal, stop } = this;
    const process = (item: ListedItem<Item>) => this.process(item);
    const { only } = context;
    const fanOut = sharing && this.fanOutTo(sharing, lanes);
    this.fanOut = fanOut;
    journal.chunks = fanOut;
    this.intake = new Intake({
      pages,
      items,
      troubled,
      journal,
      stop,
      lanes,
      only,
      process,
      fanOut,
      onChange: advance,
    });
  }

  /** Resolves when the list holds nothing more for this run; rejects when the run cannot go on. */
  async run(): Promise<ItemCounts> {
    const { stopping, signal } = this.context;
    const { advance } = this;
    stopping.addEventListener('abort', advance, { once: true });
    signal.addEventListener('abort', advance, { once: true });
    this.advance();
    await this.end.promise;
    stopping.removeEventListener('abort', advance);
    signal.removeEventListener('abort', advance);
    return this.conclude();
  }

  /** Begins what can begin, and notices the end. */
  private readonly advance = (): void => {
    const { requested } = this.stop;
    if (requested) this.leaveRest();
    else this.intake.advance();
    const { busy, exhausted } = this.intake;
    if (this.context.signal.aborted || (!busy && (requested || exhausted))) this.end.resolve();
  };

  private fanOutTo({ chunks, lease, left, mayLend }: Sharing, lanes: number): FanOut<Item> {
    const { context, items, stop, advance } = this;
    const onEnd = (item: ListedItem<Item>, end: ItemEnd) => {
      this.tally.take(item.id);
      this.settle(item.id, end);
      context.progress(this.journal.counts);
    };
    const onLeft = (returned: readonly ListedItem<Item>[], died: boolean) => this.haveBack(returned, died);
    const parts = { chunks, lease, context, items, stop, lanes, onEnd, onLeft, onChange: advance };
    return new FanOut(parts, left, mayLend);
  }

  /** Others have left these items: a list that lets go of what is done shows what is not. */
  private async haveBack(returned: readonly ListedItem<Item>[], died: boolean): Promise<void> {
    const ids = returned.map(({ id }) => id);
    if (this.stop.requested) this.restLeft = true;
    if (died) await this.troubled.suspect(ids);
    if (this.work.pages.keepsTheRest) this.tally.mayBeDone(ids);
    this.items.putBack(ids);
    if (!this.work.pages.keepsTheRest) this.intake.admit(returned);
  }

  /** What has not begun stays in the list, for the next run or attempt. */
  private leaveRest(): void {
    // A shutdown waits for nobody: whoever resumes the run goes on with what is out.
    if (!this.context.stopping.aborted) void this.fanOut?.askToStop();
    else if (this.fanOut?.leave()) this.restLeft = true;
    for (const { id } of this.intake.empty()) {
      this.items.release(id);
      this.restLeft = true;
    }
  }

  private list(): RunList<Item> {
    const { author, items, journal, stop, work } = this;
    return {
      context: author,
      known: items,
      throwIfStopped: () => stop.throwIfRequested(),
      identify: (page, offset) => identifyItems(page, offset, (item) => work.idOf(item)),
      resumeAt: this.context.resume?.position,
      beginAgain: () => journal.beginAgain(),
      failPage: (offset, error) => journal.failPage(offset, error),
    };
  }

  private async process({ id, ownId, item }: ListedItem<Item>): Promise<void> {
    this.tally.take(id);
    const { task, signal } = this.context;
    this.settle(id, await endOfItem(this.work, item, { ...this.author, id: ownId }, { task, signal }));
    this.context.progress(this.journal.counts);
  }

  /** Counts an item that was taken. */
  private settle(id: string, end: ItemEnd): void {
    const { journal } = this;
    if (end.verdict === 'failed') {
      journal.fail(id, end.error, end.attempts);
      this.failuresInARow += 1;
      if (this.failuresInARow === MAX_FAILURES_IN_A_ROW)
        this.stop.for(new TooManyFailuresError(MAX_FAILURES_IN_A_ROW, end.error));
    } else if (end.verdict !== 'unknown') {
      journal.finish(id, end.verdict);
      this.failuresInARow = 0;
    } else if (end.endsRun) {
      journal.release(id);
      this.stop.for(end.endsRun.error);
    } else {
      journal.cutOff();
    }
  }

  private conclude(): ItemCounts {
    // The author's generator may have something to clean up; the run does not wait for it.
    this.pages.return().catch(() => undefined);
    const { runId, task, stopping, signal } = this.context;
    const through = this.intake.exhausted && !this.restLeft && !signal.aborted;
    if (through) this.journal.endOfList();
    this.journal.close();
    this.fanOut?.end();
    this.stop.throwReason();
    if (through) this.journal.throwIfNothingRead();
    else if (stopping.aborted) throw new RunInterruptedError('shutdown');
    else this.events.emit('run.rest_left', { runId, task, items: this.journal.counts });
    return this.journal.counts;
  }
}

/** Has the task process an item, wherever its run is held. Never rejects. */
export async function endOfItem<Item>(
  work: BatchWork<Item>,
  item: Item,
  context: ItemContext,
  { task, signal }: Pick<BatchContext, 'task' | 'signal'>,
): Promise<ItemEnd> {
  try {
    const verdict = await (tracer && work.traceItems
      ? tracer.traceItem(task, async () => work.processItem(item, context))
      : work.processItem(item, context));
    return { verdict: verdict ?? 'succeeded' };
  } catch (error) {
    return endByError(error, signal);
  }
}
