/** When a task is due. Immutable; all instants are epoch milliseconds. */
export interface Schedule {
  /** As it is written in configuration: `every 5m`, `0 3 * * *`. */
  readonly text: string;
  /** IANA zone; `UTC` for intervals, which know no zone. */
  readonly timezone: string;
  /** In words, for people: `every 5 minutes`, `at 03:00 (Europe/Berlin)`. */
  readonly description: string;

  /** The first slot strictly after the instant; null when there is none any more. */
  next(after: number): number | null;

  /**
   * The slots in (after, until], oldest first, but at most the newest `limit` of them, and how many
   * older ones were left out. Must not take time in proportion to what it leaves out.
   */
  between(after: number, until: number, limit: number): { readonly slots: readonly number[]; readonly omitted: number };
}
