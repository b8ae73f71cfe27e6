import type { ChunkChanges } from '../../ledger/chunk-changes.js';
import type { ChunkLedger, ChunkNews, ChunkResult, LeftChunk } from '../../ledger/chunk-ledger.js';
import type { Lease } from '../../ledger/lease.js';
import { LedgerUnavailableError, WorkerError } from '../../runs/errors.js';
import type { RunError } from '../../runs/run.js';
import type { BatchContext } from './batch-context.js';
import type { BatchItems } from './batch-items.js';
import type { BatchStop } from './batch-stop.js';
import type { ItemEnd } from './item-end.js';
import type { ListedItem } from './listed-item.js';
import { idsOf, type LentChunk, LentChunks, leftOf } from './lent-chunks.js';
import { packed } from './packed-items.js';

const MAX_CHUNK_ITEMS = 100;
/** With fewer items at hand a run has nothing to share. */
const MIN_SHARED_ITEMS = 2 * MAX_CHUNK_ITEMS;
/** One to take while the last one is in work. */
const OPEN_CHUNKS_A_REPLICA = 2;
/** What the holder keeps for itself, as a multiple of its lanes. */
const LANES_FILLED_AHEAD = 2;
const LOOK_EVERY_MS = 200;
const JUDGE_EVERY_MS = 1_000;

interface FanOutParts<Item> {
  readonly chunks: ChunkLedger;
  readonly lease: Lease;
  readonly context: BatchContext;
  readonly items: BatchItems;
  readonly stop: BatchStop;
  /** Items that the holder has in work at once. */
  readonly lanes: number;
  /** An item has ended elsewhere. */
  readonly onEnd: (item: ListedItem<Item>, end: ItemEnd) => void;
  /** Others have left these; `died`: they died while they had them. Resolves when it is noted. */
  readonly onLeft: (items: readonly ListedItem<Item>[], died: boolean) => Promise<void>;
  readonly onChange: () => void;
}

/**
 * What the holder of a run gives to other replicas, and what it gets back. It alone counts: others
 * record what became of each item of a chunk, and the holder takes that over with a checkpoint.
 */
export class FanOut<Item> {
  private readonly lent: LentChunks<Item>;
  private isTaking = false;
  private asked = false;
  private hasLeft = false;
  private timer: NodeJS.Timeout | undefined;
  private lastJudged = performance.now();

  constructor(
    private readonly parts: FanOutParts<Item>,
    left: readonly LeftChunk[],
    /** Becomes false with an item that JSON does not carry: it stays here, and so do all others. */
    private mayLend: boolean,
  ) {
    const { runId, attempt } = parts.context;
    this.lent = new LentChunks(`${runId}/${attempt}`);
    for (const chunk of left) this.adopt(chunk);
    if (!this.lent.isEmpty) this.lookSoon();
  }

  /** Something is out, or on its way back. */
  get busy(): boolean {
    return (!this.lent.isEmpty && !this.hasLeft) || this.isTaking;
  }

  /** Results that are not part of a checkpoint. */
  get hasUncounted(): boolean {
    return this.lent.hasUncounted;
  }

  /** How many items there should be to hand out or to keep, those at hand included. */
  get appetite(): number {
    const wanted = this.wantedChunks;
    return wanted === 0 ? 0 : this.kept + wanted * MAX_CHUNK_ITEMS;
  }

  /** Whether of so many items some would go to others. */
  mayShare(available: number): boolean {
    if (this.wantedChunks === 0 || available < this.kept + this.sizeFor(available)) return false;
    return this.lent.wasUsed || available >= MIN_SHARED_ITEMS;
  }

  /** Puts the last of the items into chunks, for the next checkpoint, and answers the others. */
  share(items: readonly ListedItem<Item>[]): readonly ListedItem<Item>[] {
    if (!this.mayShare(items.length)) return items;
    const size = this.sizeFor(items.length);
    let own = items;
    for (let wanted = this.wantedChunks; wanted > 0 && own.length >= this.kept + size; wanted--) {
      const chunk = own.slice(-size);
      const json = packed(chunk);
      if (json === undefined) {
        this.mayLend = false;
        break;
      }
      own = own.slice(0, -size);
      this.parts.items.lend(idsOf(chunk));
      this.lent.add(chunk, json);
    }
    return own;
  }

  /** For a checkpoint, which is tried until it is on record. */
  changes(): ChunkChanges | undefined {
    return this.lent.changes();
  }

  /** The checkpoint with the last changes is on record. */
  recorded(): void {
    this.lent.recorded();
    if (!this.lent.isEmpty) this.lookSoon();
  }

  /** Takes a chunk back that nobody has taken, as anybody takes one. */
  async takeOne(): Promise<readonly ListedItem<Item>[]> {
    const { chunks, context, items } = this.parts;
    if (this.isTaking || !this.lent.all.some(({ isOpen, isOnRecord }) => isOpen && isOnRecord)) return [];
    this.isTaking = true;
    try {
      const taken = await chunks.takeOf(context.runId);
      const chunk = taken && this.lent.get(taken.id);
      if (!chunk) {
        for (const other of this.lent.all) if (other.isOnRecord) other.isOpen = false;
        return [];
      }
      const back = leftOf(chunk);
      items.takeBack(idsOf(back));
      this.lent.settle(chunk.id);
      return back;
    } catch (error) {
      if (!(error instanceof LedgerUnavailableError)) this.parts.stop.for(error);
      return [];
    } finally {
      this.isTaking = false;
    }
  }

  /** Begins nothing more: others end what they have in work, and give back the rest. */
  async askToStop(): Promise<void> {
    const { chunks, context } = this.parts;
    const isWhole = this.lent.all.every(({ isOnRecord }) => isOnRecord);
    if (this.asked || this.lent.isEmpty || !isWhole) return;
    this.asked = true;
    await chunks.stop(context.recorder.execution).catch(() => {
      this.asked = false;
    });
  }

  /** The run goes on elsewhere, with what is out. Answers whether anything is. */
  leave(): boolean {
    this.hasLeft = true;
    return !this.lent.isEmpty;
  }

  /** Nothing of it is heard any more: the run ends here. */
  end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.lent.clear();
  }

  private get kept(): number {
    return this.parts.lanes * LANES_FILLED_AHEAD;
  }

  private get others(): number {
    return this.parts.lease.services - 1;
  }

  private get wantedChunks(): number {
    if (!this.mayLend || this.others < 1 || this.parts.stop.requested) return 0;
    const open = this.lent.all.filter(({ isOpen }) => isOpen).length;
    return Math.max(0, this.others * OPEN_CHUNKS_A_REPLICA - open);
  }

  private sizeFor(available: number): number {
    const share = Math.ceil(available / (this.others + 1));
    return Math.min(MAX_CHUNK_ITEMS, Math.max(this.parts.lanes, share));
  }

  private adopt(left: LeftChunk): void {
    const { items } = this.parts;
    const ids = idsOf(leftOf(this.lent.adopt(left)));
    items.handOut(ids);
    items.lend(ids);
    items.position.expect(ids);
  }

  private lookSoon(): void {
    this.timer ??= setTimeout(() => void this.look(), LOOK_EVERY_MS).unref();
  }

  /** What cannot be read now is there at the next look. */
  private async look(): Promise<void> {
    const { chunks, context, stop, onChange } = this.parts;
    const asked = this.lent.all.filter(({ isOnRecord }) => isOnRecord);
    try {
      if (performance.now() - this.lastJudged >= JUDGE_EVERY_MS) {
        this.lastJudged = performance.now();
        await chunks.forgetDead();
      }
      const news = new Map((await chunks.news(context.runId)).map((chunk) => [chunk.id, chunk]));
      for (const chunk of asked) if (this.lent.get(chunk.id) === chunk) await this.hear(chunk, news.get(chunk.id));
    } catch (error) {
      if (!(error instanceof LedgerUnavailableError)) stop.for(error);
    }
    this.timer = undefined;
    if (context.signal.aborted) return;
    if (!this.lent.isEmpty) this.lookSoon();
    onChange();
  }

  /** Undefined: it was withdrawn before anybody had it. */
  private async hear(chunk: LentChunk<Item>, news: ChunkNews | undefined): Promise<void> {
    if (!news) return this.giveBack(chunk, false);
    chunk.isOpen = news.status === 'open';
    for (const result of news.results.slice(chunk.counted)) this.count(chunk, result);
    if (news.failure) this.parts.stop.for(recordedError(news.failure));
    if (news.status === 'ended') return this.giveBack(chunk, false);
    if (news.isLost) return this.giveBack(chunk, true);
  }

  private count(chunk: LentChunk<Item>, result: ChunkResult): void {
    const item = chunk.items[result.place];
    chunk.counted++;
    if (!item || chunk.ended.has(result.place)) return;
    chunk.ended.add(result.place);
    this.parts.onEnd(item, endOf(result));
  }

  /** Nobody has the chunk any more: what is left of it belongs to the run again. */
  private async giveBack(chunk: LentChunk<Item>, died: boolean): Promise<void> {
    const left = leftOf(chunk);
    this.parts.items.takeBack(idsOf(left));
    this.lent.settle(chunk.id);
    if (left.length > 0) await this.parts.onLeft(left, died);
  }
}

function endOf(result: ChunkResult): ItemEnd {
  if (result.verdict !== 'failed') return { verdict: result.verdict };
  return { verdict: 'failed', error: recordedError(result.error), attempts: result.attempts };
}

/** What another replica has recorded of an error, as an error. */
function recordedError({ name, message, code }: RunError): WorkerError {
  return Object.assign(new WorkerError(message, code), { name });
}
