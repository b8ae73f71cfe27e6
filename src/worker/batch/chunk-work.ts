import type { ChunkLedger, ChunkResult, ChunkStatus, TakenChunk } from '../../ledger/chunk-ledger.js';
import { LedgerUnavailableError, RunLostError } from '../../runs/errors.js';
import { toRunError } from '../../runs/run-error.js';
import type { RunError } from '../../runs/run.js';
import type { TaskContext } from '../authoring/task-context.js';
import { endOfItem } from './batch-run.js';
import type { BatchWork } from './batch-work.js';
import { Lanes } from './intake.js';
import type { ListedItem } from './listed-item.js';
import { unpacked } from './packed-items.js';

/** What the holder of the run does not know yet, a crash repeats. */
const RECORD_EVERY_MS = 200;
/** With nothing to record: how often to ask whether the run still wants it. */
const ASK_EVERY_MS = 500;

export interface ChunkWorkParts<Item> {
  readonly work: BatchWork<Item>;
  readonly task: string;
  readonly author: TaskContext;
  readonly chunks: ChunkLedger;
  /** Aborts for a `RunLostError` when the run has nothing more to do with this process. */
  readonly abort: AbortController;
  /** Items in work at once, at the most. */
  readonly lanes: number;
}

interface HeldChunk {
  readonly id: string;
  readonly results: ChunkResult[];
  /** Items that have not begun, or are in work. */
  left: number;
  failure: RunError | null;
  /** Results that are on record. */
  recorded: number;
}

interface ItemOfChunk<Item> extends ListedItem<Item> {
  readonly chunk: HeldChunk;
  readonly place: number;
}

/** Works on chunks of a run that another replica holds, as long as it has any. */
export class ChunkWork<Item> {
  private readonly held = new Map<string, HeldChunk>();
  private readonly lanes: Lanes<ItemOfChunk<Item>>;
  private changed = Promise.withResolvers<void>();
  private stopped = false;
  private lastRecord = 0;
  /** No chunk is asked for before, as there was none. */
  private noneBefore = 0;
  private processed = 0;

  constructor(private readonly parts: ChunkWorkParts<Item>) {
    this.lanes = new Lanes(
      parts.lanes,
      (item) => this.process(item),
      () => this.wake(),
    );
  }

  /** Resolves with the number of items that were processed here. Never rejects. */
  async run(first: TakenChunk): Promise<number> {
    const { abort, author } = this.parts;
    const wake = () => this.wake();
    author.stopping.addEventListener('abort', wake, { once: true });
    abort.signal.addEventListener('abort', wake, { once: true });
    this.accept(first);
    while (this.held.size > 0 && !this.isLost) {
      if (author.stopping.aborted || abort.signal.aborted) this.stop();
      this.lanes.fill();
      await this.takeMore();
      await this.record();
      if (this.held.size > 0) await this.change();
    }
    author.stopping.removeEventListener('abort', wake);
    abort.signal.removeEventListener('abort', wake);
    return this.processed;
  }

  private get isLost(): boolean {
    return this.parts.abort.signal.reason instanceof RunLostError;
  }

  private get recordEveryMs(): number {
    const isNews = [...this.held.values()].some(({ results, recorded }) => results.length > recorded);
    return isNews ? RECORD_EVERY_MS : ASK_EVERY_MS;
  }

  private accept({ id, items }: TakenChunk): void {
    const listed = unpacked<Item>(items);
    const chunk: HeldChunk = { id, results: [], left: listed.length, failure: null, recorded: 0 };
    this.held.set(id, chunk);
    this.lanes.queueUp(listed.map((item, place) => ({ ...item, chunk, place })));
    this.lanes.fill();
  }

  /** Begins no further item: what has not begun is given back with the end of its chunk. */
  private stop(): void {
    this.stopped = true;
    for (const { chunk } of this.lanes.empty()) chunk.left--;
  }

  private wake(): void {
    this.changed.resolve();
  }

  /** Resolves when an item has ended, and otherwise soon enough. */
  private async change(): Promise<void> {
    const timer = setTimeout(this.changed.resolve, this.recordEveryMs);
    await this.changed.promise;
    clearTimeout(timer);
    this.changed = Promise.withResolvers<void>();
  }

  private async takeMore(): Promise<void> {
    const { chunks, author } = this.parts;
    const now = performance.now();
    if (this.stopped || this.lanes.waiting >= this.lanes.count || now < this.noneBefore) return;
    const chunk = await chunks.takeOf(author.runId).catch(() => null);
    if (chunk) this.accept(chunk);
    else this.noneBefore = now + RECORD_EVERY_MS;
  }

  private async record(): Promise<void> {
    const held = [...this.held.values()];
    const now = performance.now();
    const isDue = now - this.lastRecord >= this.recordEveryMs;
    if (!isDue && !held.some(({ left }) => left === 0)) return;
    this.lastRecord = now;
    const told = held.map(({ id, results, left, failure }) => ({
      ...{ id, results: [...results], failure },
      hasEnded: left === 0,
    }));
    let statuses: ReadonlyMap<string, ChunkStatus>;
    try {
      statuses = await this.parts.chunks.record(told);
    } catch (error) {
      // The lease tells when it has been away for too long.
      if (error instanceof LedgerUnavailableError) return;
      return this.lose();
    }
    if (told.some(({ id }) => !statuses.has(id))) return this.lose();
    for (const { id, results, hasEnded } of told) {
      this.held.get(id)!.recorded = results.length;
      if (hasEnded) this.held.delete(id);
    }
    if ([...statuses.values()].includes('stopping')) this.stop();
  }

  /** The run has ended, or this process was taken for dead. */
  private lose(): void {
    this.parts.abort.abort(new RunLostError(this.parts.author.runId));
  }

  private async process(item: ItemOfChunk<Item>): Promise<void> {
    const { chunk, place } = item;
    const { work, author, task, abort } = this.parts;
    const context = { ...author, id: item.ownId };
    const end = await endOfItem(work, item.item, context, { task, signal: abort.signal });
    chunk.left--;
    if (end.verdict === 'unknown') {
      if (!end.endsRun) return;
      chunk.failure ??= toRunError(end.endsRun.error);
      return this.stop();
    }
    this.processed++;
    if (end.verdict !== 'failed') chunk.results.push({ place, verdict: end.verdict });
    else chunk.results.push({ place, verdict: 'failed', error: toRunError(end.error), attempts: end.attempts });
  }
}
