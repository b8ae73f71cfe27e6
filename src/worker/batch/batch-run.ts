import type { BatchTask } from '../authoring/batch.task.js';
import { ListUnidentifiedError, RunInterruptedError, workerErrorIn } from '../../runs/errors.js';
import type { OpenItems } from '../../ledger/run-ledger.js';
import { toRunError } from '../../runs/run-error.js';
import type { ItemCounts } from '../../runs/run.js';
import type { TaskContext } from '../authoring/task-context.js';
import { BatchItems } from './batch-items.js';
import { BatchTally } from './batch-tally.js';
import type { ItemTroubles } from './item-troubles.js';
import { type ListedItem, listItems, MOST_UNIDENTIFIED } from './listed-item.js';
import type { PageSource } from './page-source.js';
import { ReadAhead } from './read-ahead.js';
import { ShrinkingList } from './shrinking-list.js';
import { SinglePage } from './single-page.js';

const MOST_FAILURES_LOGGED = 20;

/**
 * One run of a batch task: lanes that process items, pages read ahead of them, and a checkpoint that puts what was read
 * on record. An item begins only after that, so that after a crash it is known what was in work.
 */
export class BatchRun<Item> {
  private readonly items = new BatchItems();
  private readonly tally: BatchTally;
  private readonly source: PageSource<Item>;
  private readonly readAhead = new ReadAhead();
  /** Read, but not on record. */
  private readonly staged: ListedItem<Item>[] = [];
  /** On record, and waiting for a lane. */
  private readonly queue: ListedItem<Item>[] = [];
  private readonly end = Promise.withResolvers<void>();
  private running = 0;
  private reading = false;
  private recording = false;
  private exhausted = false;
  private failuresLogged = 0;
  private unidentified = 0;
  private fatal: { readonly error: unknown } | undefined;

  /** `lanes`: items in work at once, at the most. */
  constructor(
    private readonly task: BatchTask<Item>,
    private readonly context: TaskContext,
    private readonly troubles: ItemTroubles,
    private readonly lanes: number,
  ) {
    const reader = { limit: task.pageSize, read: (offset: number) => this.fetchPage(offset) };
    const Source = task.listing === 'shrinks' ? ShrinkingList : SinglePage;
    this.source = new Source(reader, this.items);
    this.tally = new BatchTally(task.listing, context.resume);
  }

  /** Resolves when the list holds nothing new; rejects when the run cannot go on. */
  async run(): Promise<ItemCounts> {
    const { stopping, signal } = this.context;
    stopping.addEventListener('abort', this.halt, { once: true });
    signal.addEventListener('abort', this.halt, { once: true });
    this.advance();
    await this.end.promise;
    stopping.removeEventListener('abort', this.halt);
    signal.removeEventListener('abort', this.halt);
    return this.conclude();
  }

  private get halted(): boolean {
    return this.fatal !== undefined || this.context.stopping.aborted || this.context.signal.aborted;
  }

  /** Starts what can be started, keeps the lanes supplied, and notices the end. */
  private advance(): void {
    if (!this.halted) {
      while (this.running < this.lanes && this.queue.length > 0)
        void this.process(this.queue.shift() as ListedItem<Item>);
      if (this.staged.length > 0 && this.queue.length < this.lanes && !this.recording) void this.record();
      const ahead = this.queue.length + this.staged.length;
      if (!this.reading && !this.exhausted && ahead < this.readAhead.pages * this.task.pageSize) void this.read();
    }
    const busy = this.running > 0 || this.reading || this.recording || this.staged.length > 0;
    if (this.context.signal.aborted || (!busy && (this.halted || this.exhausted))) this.end.resolve();
  }

  /** What has not begun is left in the list, for the next run or attempt. */
  private readonly halt = (): void => {
    for (const { id } of [...this.staged.splice(0), ...this.queue.splice(0)]) this.items.release(id);
    this.advance();
  };

  private async read(): Promise<void> {
    this.reading = true;
    try {
      const page = await this.source.next();
      if (page) await this.admit(page);
      else this.exhausted = true;
    } catch (error) {
      this.stopFor(error);
    }
    this.reading = false;
    this.advance();
  }

  private async fetchPage(offset: number): Promise<readonly ListedItem<Item>[]> {
    if (this.halted) throw new RunInterruptedError('shutdown');
    const page = await this.task.fetchPage({ offset, limit: this.task.pageSize }, this.context);
    return listItems(page, offset, (item) => this.task.idOf(item));
  }

  private async admit(page: readonly ListedItem<Item>[]): Promise<void> {
    const tryable = page.filter((item) => !this.setAside(item));
    const suspects = tryable.filter(({ id }) => this.troubles.isSuspect(id));
    for (const suspect of suspects) await this.processAlone(suspect);
    if (this.halted) return;
    const others = suspects.length > 0 ? tryable.filter((item) => !suspects.includes(item)) : tryable;
    for (const { id } of others) this.items.handOut(id);
    this.staged.push(...others);
  }

  private async record(): Promise<void> {
    this.recording = true;
    const items = this.staged.splice(0);
    try {
      await this.context.recorder.checkpoint(this.openItems(this.items.idsInWork), this.context.signal);
      this.readAhead.adapt(performance.now());
    } catch (error) {
      this.stopFor(error);
    }
    this.recording = false;
    if (this.halted) for (const { id } of items) this.items.release(id);
    else this.queue.push(...items);
    this.advance();
  }

  /** An item without a usable id, or in quarantine, fails without being tried. */
  private setAside({ id, fault }: ListedItem<Item>): boolean {
    const obstacle = fault ?? this.troubles.quarantineOf(id, new Date());
    if (!obstacle) return false;
    this.tally.take(id);
    this.items.leave(id);
    this.recordFailure(id, obstacle, 0);
    if (fault && ++this.unidentified > MOST_UNIDENTIFIED) throw new ListUnidentifiedError(MOST_UNIDENTIFIED, fault);
    return true;
  }

  /** With nothing else in work and itself on record: if the process dies now, it is known by what. */
  private async processAlone(listed: ListedItem<Item>): Promise<void> {
    await this.items.whenIdle();
    if (this.halted) return;
    const { id } = listed;
    this.items.handOut(id);
    await this.context.recorder.checkpoint(this.openItems([id]), this.context.signal);
    await this.process(listed);
  }

  private async process({ id, item }: ListedItem<Item>): Promise<void> {
    this.tally.take(id);
    this.running++;
    try {
      const verdict = await this.task.processItem(item, this.context);
      this.onDone(id, verdict === 'succeeded');
    } catch (error) {
      this.onFailed(id, error);
    }
    this.running--;
    this.context.progress(this.tally.counts);
    this.advance();
  }

  private onDone(id: string, succeeded: boolean): void {
    if (succeeded) this.tally.succeed();
    else this.tally.skip();
    this.items.complete(id);
    if (this.troubles.isKnown(id)) this.context.recorder.recoveredFrom(id);
  }

  private onFailed(id: string, error: unknown): void {
    // Cut off by the end of the run: not the item's fault, and it stays on record as in work.
    if (this.context.signal.aborted) return this.tally.untake();
    const known = workerErrorIn(error);
    if (known?.endsRun) {
      this.tally.untake();
      this.items.release(id);
      return this.stopFor(error);
    }
    if (known?.itemGone) return this.onDone(id, false);
    this.items.leave(id);
    this.recordFailure(id, error, known?.attempts ?? 1);
  }

  private recordFailure(id: string, error: unknown, attempts: number): void {
    this.tally.fail();
    const recorded = toRunError(error);
    this.context.recorder.failed({ id, error: recorded, attempts });
    if (this.failuresLogged++ > MOST_FAILURES_LOGGED) return;
    const more = this.failuresLogged > MOST_FAILURES_LOGGED ? ' (further ones of this run are only recorded)' : '';
    this.context.logger.warn({ msg: `Item failed${more}`, item: id, attempts, error: recorded });
  }

  private openItems(pending: readonly string[]): OpenItems {
    return { pending, unconfirmed: this.tally.unconfirmed };
  }

  private stopFor(error: unknown): void {
    if (!this.halted) this.fatal = { error };
    this.halt();
  }

  private conclude(): ItemCounts {
    const { recorder, signal } = this.context;
    if (this.exhausted && !this.halted) this.tally.endOfList();
    recorder.progress(this.tally.counts);
    recorder.leaveOpen(this.openItems(this.items.idsInWork));
    if (signal.aborted) throw signal.reason;
    if (this.fatal) throw this.fatal.error;
    if (!this.exhausted) throw new RunInterruptedError('shutdown');
    return this.tally.counts;
  }
}
