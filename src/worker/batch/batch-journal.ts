import type { ChunkChanges } from '../../ledger/chunk-changes.js';
import type { OpenItems } from '../../ledger/run-ledger.js';
import type { ItemVerdict } from '../authoring/item-context.js';
import { stackIn, toRunError } from '../../runs/run-error.js';
import type { ItemCounts } from '../../runs/run.js';
import type { WorkerEvents } from '../../runs/worker-events.js';
import type { BatchContext } from './batch-context.js';
import type { BatchItems } from './batch-items.js';
import type { ItemTally } from './item-tally.js';
import type { Quarantine, TroubledItems } from './troubled-items.js';

/**
 * Keeps what becomes of the items: counts it, has it recorded with the next checkpoint, and says it
 * to the worker.
 */
export class BatchJournal {
  /** Why pages could not be read. */
  private readonly unreadPages: unknown[] = [];
  private endedOnRecord = 0;
  /** What other replicas have of the run; undefined where there are none. */
  chunks: { changes(): ChunkChanges | undefined } | undefined;

  constructor(
    private readonly context: BatchContext,
    private readonly items: BatchItems,
    private readonly tally: ItemTally,
    private readonly troubled: TroubledItems,
    private readonly events: WorkerEvents,
  ) {}

  get counts(): ItemCounts {
    return this.tally.counts;
  }

  finish(id: string, verdict: ItemVerdict): void {
    if (verdict === 'skipped') this.tally.skip();
    else this.tally.succeed();
    this.items.complete(id);
    if (!this.troubled.isKnown(id)) return;
    this.context.recorder.recoveredFrom(id);
    this.events.emit('item.recovered', this.about(id));
  }

  fail(id: string, error: unknown, attempts: number): void {
    this.items.leave(id);
    this.recordFailure(id, error, attempts);
  }

  /** Cut off by the end of the run: not the item's fault, and it stays on record as in work. */
  cutOff(): void {
    this.tally.untake();
  }

  /** Not tried to its end, through no fault of its own; the list will bring it again. */
  release(id: string): void {
    this.tally.untake();
    this.items.release(id);
  }

  /** Fails an item untried, because its id is not usable. */
  refuse(madeUpId: string, error: unknown): void {
    this.tally.take(madeUpId);
    this.items.leave(madeUpId, false);
    this.recordFailure(madeUpId, error, 0);
  }

  /** Fails an item untried, because it is in quarantine. */
  setAside(id: string, { until, error }: Quarantine): void {
    this.tally.take(id);
    this.tally.fail();
    this.items.leave(id);
    this.context.recorder.failed({ id, error: toRunError(error), attempts: 0 });
    this.events.emit('item.quarantined', { ...this.about(id), until });
  }

  /**
   * A page that cannot be read counts as an item; it is not remembered over runs, as its offset
   * means nothing there.
   */
  failPage(offset: number, error: unknown): void {
    const id = `page at offset ${offset}`;
    this.unreadPages.push(error);
    this.tally.take(id);
    this.recordFailure(id, error, 0);
  }

  /** Puts on record what has ended, and that these items are in work. */
  checkpoint(pending: readonly string[]): Promise<void> {
    return this.record({ pending });
  }

  /** As `checkpoint`, for a suspect that is tried on its own. */
  checkpointTrial(id: string): Promise<void> {
    return this.record({ pending: [id], onTrial: true });
  }

  /** Leaves to the end of the run what is not on record yet. */
  close(): void {
    const { recorder } = this.context;
    recorder.progress(this.tally.counts);
    recorder.leaveOpen({ pending: this.items.idsInWork, ...this.openList(), chunks: this.chunks?.changes() });
  }

  /** Items that have ended since the last checkpoint, in a list whose position is kept. */
  get unrecorded(): number {
    return this.items.position.isKept ? this.ended - this.endedOnRecord : 0;
  }

  /** The list is read from its beginning again. */
  beginAgain(): void {
    this.items.beginAgain();
    this.tally.beginAgain(this.items.ended);
  }

  /** The list has been read to its end. */
  endOfList(): void {
    this.tally.endOfList();
  }

  /** A run that could read nothing has failed. */
  throwIfNothingRead(): void {
    const pages = this.unreadPages;
    if (pages.length > 0 && pages.length === this.counts.total) throw pages[0];
  }

  private record(open: Pick<OpenItems, 'pending' | 'onTrial'>): Promise<void> {
    const { recorder, signal } = this.context;
    this.endedOnRecord = this.ended;
    return recorder.checkpoint({ ...open, ...this.openList(), chunks: this.chunks?.changes() }, signal);
  }

  private get ended(): number {
    const { succeeded, failed, skipped } = this.counts;
    return succeeded + failed + skipped;
  }

  private openList() {
    return { unconfirmed: this.tally.unconfirmed, position: this.items.position.current };
  }

  private recordFailure(id: string, error: unknown, attempts: number): void {
    this.tally.fail();
    const failure = { error: toRunError(error), attempts };
    this.context.recorder.failed({ id, ...failure });
    this.events.emit('item.failed', { ...this.about(id), ...failure, stack: stackIn(error) });
  }

  private about(itemId: string) {
    const { runId, task } = this.context;
    return { runId, task, itemId };
  }
}
