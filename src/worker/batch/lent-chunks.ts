import type { ChunkChanges, NewChunk } from '../../ledger/chunk-changes.js';
import type { LeftChunk } from '../../ledger/chunk-ledger.js';
import type { ListedItem } from './listed-item.js';
import { unpacked } from './packed-items.js';

export interface LentChunk<Item> {
  readonly id: string;
  readonly items: readonly ListedItem<Item>[];
  /** Places of the items whose end is known. */
  readonly ended: Set<number>;
  /** How many results have been counted: here, and by checkpoints. */
  counted: number;
  recordedCount: number;
  isOnRecord: boolean;
  isOpen: boolean;
}

/** The chunks that a run has lent to others, and what its next checkpoint says of them. */
export class LentChunks<Item> {
  private readonly chunks = new Map<string, LentChunk<Item>>();
  private added: NewChunk[] = [];
  private settled: string[] = [];
  private number = 0;
  private hasBegun = false;

  /** `prefix`: of the ids, which no other attempt of any run has. */
  constructor(private readonly prefix: string) {}

  get all(): readonly LentChunk<Item>[] {
    return [...this.chunks.values()];
  }

  get isEmpty(): boolean {
    return this.chunks.size === 0;
  }

  /** Whether the run has ever lent anything. */
  get wasUsed(): boolean {
    return this.hasBegun;
  }

  /** Something has come that no checkpoint has told the ledger. */
  get hasUncounted(): boolean {
    return this.settled.length > 0 || this.all.some(({ counted, recordedCount }) => counted > recordedCount);
  }

  get(id: string): LentChunk<Item> | undefined {
    return this.chunks.get(id);
  }

  add(items: readonly ListedItem<Item>[], json: string): void {
    // In the order of their numbers as texts, too: the oldest are taken first.
    const id = `${this.prefix}/${String(this.number++).padStart(6, '0')}`;
    this.hasBegun = true;
    this.added.push({ id, items: json });
    const fresh = { ended: new Set<number>(), counted: 0, recordedCount: 0, isOnRecord: false, isOpen: true };
    this.chunks.set(id, { id, items, ...fresh });
  }

  adopt({ id, items, results, counted, status }: LeftChunk): LentChunk<Item> {
    const ended = new Set(results.slice(0, counted).map(({ place }) => place));
    const count = { counted, recordedCount: counted };
    const chunk = { id, items: unpacked<Item>(items), ended, ...count, isOnRecord: true, isOpen: status === 'open' };
    this.hasBegun = true;
    this.chunks.set(id, chunk);
    return chunk;
  }

  /** The run has done with it, or will do what is left of it. */
  settle(id: string): void {
    this.chunks.delete(id);
    this.settled.push(id);
  }

  clear(): void {
    this.chunks.clear();
  }

  /** For a checkpoint, which is tried until it is on record. */
  changes(): ChunkChanges | undefined {
    if (!this.hasBegun) return undefined;
    const { added, settled } = this;
    this.added = [];
    this.settled = [];
    const news = this.all.filter(({ counted, recordedCount }) => counted > recordedCount);
    for (const chunk of news) chunk.recordedCount = chunk.counted;
    return { added, settled, counted: news.map(({ id, counted }) => ({ id, counted })) };
  }

  /** The checkpoint with the last changes is on record. */
  recorded(): void {
    for (const chunk of this.chunks.values()) chunk.isOnRecord = true;
  }
}

export function leftOf<Item>({ items, ended }: LentChunk<Item>): readonly ListedItem<Item>[] {
  return ended.size === 0 ? items : items.filter((_item, place) => !ended.has(place));
}

export function idsOf(items: readonly ListedItem<unknown>[]): string[] {
  return items.map(({ id }) => id);
}
