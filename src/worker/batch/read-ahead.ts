/**
 * A durable commit takes about 3 ms, in which nothing else happens: one in this time costs 3 % of
 * it.
 */
const COMMITS_APART = 100;
const MOST_PAGES = 10;

/**
 * How many pages to read before what was read is put on record in one commit. A fast list is
 * recorded in larger pieces; a slow one page by page, because what is on record is what a crash is
 * held against.
 */
export class ReadAhead {
  private current = 1;
  private lastCommit = -Infinity;

  get pages(): number {
    return this.current;
  }

  /** Call after each commit, with the time in milliseconds. */
  adapt(now: number): void {
    const tooSoon = now - this.lastCommit < COMMITS_APART;
    this.current = tooSoon ? Math.min(MOST_PAGES, this.current * 2) : Math.max(1, Math.ceil(this.current / 2));
    this.lastCommit = now;
  }
}
