import type { Run } from '../../runs/run.js';

/** A page of a list; `next` is the cursor of the page after it, null at the end. */
export interface Page<Entry> {
  readonly items: readonly Entry[];
  readonly next: string | null;
}

/** A page of runs: in a search, it may come to `next` before it has found a page full. */
export interface RunPage extends Page<Run> {
  /** Null where a page was filled first, or nothing is left to search. */
  readonly searchedBackTo: Date | null;
}

/** `found`: one entry more than `limit` where the list goes on. */
export function pageOf<Entry>(found: readonly Entry[], limit: number, cursorOf: (last: Entry) => string): Page<Entry> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last !== undefined && found.length > limit ? cursorOf(last) : null };
}

/** A list that is short enough to be answered whole. */
export function wholeList<Entry>(items: readonly Entry[]): Page<Entry> {
  return { items, next: null };
}
