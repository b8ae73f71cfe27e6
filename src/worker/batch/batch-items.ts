import type { ListPosition } from '../../ledger/run-ledger.js';
import { Landmarks } from './landmarks.js';
import type { ListedItem } from './listed-item.js';
import { ReadingPosition } from './reading-position.js';
import { RecentIds } from './recent-ids.js';

/** About 1 MB. An item that is listed after this many further successes is sent again, same key. */
const MAX_REMEMBERED_IDS = 10_000;

/**
 * Where every item of a run stands. Memory grows with the items that failed, not with those that
 * succeeded.
 */
export class BatchItems {
  private readonly working = new Set<string>();
  /** Of those in work, the ones that other replicas have. */
  private readonly lent = new Set<string>();
  private readonly left = new Set<string>();
  private readonly heldBack = new Set<string>();
  private readonly finished = new RecentIds(MAX_REMEMBERED_IDS);
  private landmarks = new Landmarks();
  private idle: PromiseWithResolvers<void> | undefined;
  private unidentified = 0;
  readonly position: ReadingPosition;

  /** `before`: where an interrupted attempt has left the list. */
  constructor(before?: ListPosition) {
    this.position = new ReadingPosition(before);
    for (const id of before?.done ?? []) this.finished.add(id);
  }

  isKnown(id: string): boolean {
    return this.working.has(id) || this.left.has(id) || this.finished.has(id) || this.heldBack.has(id);
  }

  /** Known, and from this attempt. */
  hasListed(id: string): boolean {
    return this.isKnown(id) && !this.position.isAwaited(id);
  }

  /** Done, and remembered. A list may show such an item for a little while. */
  isDone(id: string): boolean {
    return this.finished.has(id);
  }

  /** Done too long ago to be remembered as such: a list that shows it again goes in a circle. */
  isFromLongAgo(id: string): boolean {
    return this.landmarks.has(id) && !this.isKnown(id);
  }

  /** The items of a page that are not known yet, each once though the page may repeat it. */
  newIn<Item>(page: readonly ListedItem<Item>[]): ListedItem<Item>[] {
    const found = new Map<string, ListedItem<Item>>();
    for (const listed of page) if (!this.isKnown(listed.id) && !found.has(listed.id)) found.set(listed.id, listed);
    return [...found.values()];
  }

  /** Number of those handed out and not ended. */
  get inWork(): number {
    return this.working.size;
  }

  /** Number of those still in the list though not in work: they failed, or are held back. */
  get stuck(): number {
    return this.left.size + this.heldBack.size;
  }

  /** Number of those that the run is done with, and remembers. */
  get ended(): number {
    return this.left.size + this.finished.size;
  }

  /** Number of stuck ones that have no usable id. */
  get withoutId(): number {
    return this.unidentified;
  }

  /** Number of those done and remembered. */
  get done(): number {
    return this.finished.size;
  }

  /** Whether more are done than can be remembered. */
  get doneForgotten(): boolean {
    return this.finished.incomplete;
  }

  /** The list is read from its beginning again: what it shows once more is no circle. */
  beginAgain(): void {
    this.landmarks = new Landmarks();
    this.position.beginAgain();
  }

  /** Without those that others have. */
  get idsInWork(): string[] {
    return this.lent.size === 0 ? [...this.working] : [...this.working].filter((id) => !this.lent.has(id));
  }

  /** Resolves when nothing is in work. */
  whenIdle(): Promise<void> {
    if (this.working.size === 0) return Promise.resolve();
    this.idle ??= Promise.withResolvers<void>();
    return this.idle.promise;
  }

  handOut(ids: readonly string[]): void {
    this.landmarks.pass(ids);
    for (const id of ids) {
      this.heldBack.delete(id);
      this.working.add(id);
    }
  }

  /** It waits until it is handed out, and is not on record as in work. */
  holdBack(id: string): void {
    this.heldBack.add(id);
  }

  /** Whoever had these has left them: as if they had not been handed out. */
  putBack(ids: readonly string[]): void {
    for (const id of ids) this.landmarks.forget(id);
    for (const id of ids) this.release(id);
  }

  /** What is handed out is in work elsewhere. */
  lend(ids: readonly string[]): void {
    for (const id of ids) this.lent.add(id);
  }

  /** It is in work here again. */
  takeBack(ids: readonly string[]): void {
    for (const id of ids) this.lent.delete(id);
  }

  /** It needs nothing more, and the list will let go of it. */
  complete(id: string): void {
    this.finished.add(id);
    this.position.settle(id);
    this.release(id);
  }

  /** It stays in the list, and is not tried again in this run. */
  leave(id: string, hasId = true): void {
    if (!hasId) this.unidentified++;
    this.left.add(id);
    this.position.settle(id);
    this.release(id);
  }

  /** It has not been tried, or its end is unknown: the list may bring it again. */
  release(id: string): void {
    this.working.delete(id);
    this.lent.delete(id);
    if (this.working.size > 0) return;
    this.idle?.resolve();
    this.idle = undefined;
  }
}
