import type { Run } from '../runs/run.js';
import type { HistoryQuery } from './run-history.js';

/** About 10 ms of reading in SQLite. */
export const MAX_ERRORS_SEARCHED = 2_000;

export interface FoundRuns {
  /** Newest first. */
  readonly runs: readonly Run[];
  /** Null once nothing is left to search. */
  readonly next: {
    /** Of the query that goes on. */
    readonly before: string;
    /** When the oldest run that was searched was recorded; null where a page was filled first. */
    readonly searchedBackTo: Date | null;
  } | null;
}

/** Searches the texts of errors. Safe beside a running service. */
export abstract class RunSearch {
  /**
   * The runs of `query` whose error has `text` in its name, code or message, in either case. Looks
   * at no more than `maxErrors`, so that its time does not grow with the history: it may find
   * nothing and still have a `next`.
   */
  abstract inErrors(query: HistoryQuery, text: string, maxErrors?: number): Promise<FoundRuns>;
}
