import type { KnownItems } from './known-items.js';
import { Landmarks } from './landmarks.js';
import { RecentIds } from './recent-ids.js';

/**
 * About 1 MB of ids; a list that shows an item longer than this many successes later sends it
 * again, same key.
 */
const MAX_REMEMBERED_IDS = 10_000;

/**
 * Where every item of a run stands. Memory grows with the items that failed, not with those that
 * succeeded.
 */
export class BatchItems implements KnownItems {
  private readonly working = new Set<string>();
  private readonly left = new Set<string>();
  private readonly finished = new RecentIds(MAX_REMEMBERED_IDS);
  private readonly landmarks = new Landmarks();
  private idle: PromiseWithResolvers<void> | undefined;
  private unidentified = 0;

  isKnown(id: string): boolean {
    return this.working.has(id) || this.left.has(id) || this.finished.has(id);
  }

  isDone(id: string): boolean {
    return this.finished.has(id);
  }

  isFromLongAgo(id: string): boolean {
    return this.landmarks.has(id) && !this.isKnown(id);
  }

  get inWork(): number {
    return this.working.size;
  }

  get stuck(): number {
    return this.left.size;
  }

  get withoutId(): number {
    return this.unidentified;
  }

  get done(): number {
    return this.finished.size;
  }

  get doneForgotten(): boolean {
    return this.finished.incomplete;
  }

  get idsInWork(): string[] {
    return [...this.working];
  }

  whenIdle(): Promise<void> {
    if (this.working.size === 0) return Promise.resolve();
    this.idle ??= Promise.withResolvers<void>();
    return this.idle.promise;
  }

  handOut(ids: readonly string[]): void {
    for (const id of ids) this.working.add(id);
  }

  /** Call for every page, with what it will hand out. */
  passPage(ids: readonly string[]): void {
    this.landmarks.pass(ids);
  }

  /** It needs nothing more, and the list will let go of it. */
  complete(id: string): void {
    this.finished.add(id);
    this.release(id);
  }

  /** It stays in the list, and is not tried again in this run. */
  leave(id: string): void {
    this.left.add(id);
    this.release(id);
  }

  leaveWithoutId(madeUpId: string): void {
    this.unidentified++;
    this.leave(madeUpId);
  }

  /** It has not been tried, or its end is unknown: the list may bring it again. */
  release(id: string): void {
    this.working.delete(id);
    if (this.working.size > 0) return;
    this.idle?.resolve();
    this.idle = undefined;
  }
}
