import type { LedgerDatabase } from './ledger-database.js';

const PAUSE_AFTER_COMMIT_MS = 250;
const MIN_PAGES = 2_000;
/** To find out how many pages there are costs as much as a commit: it is not tried before. */
const MIN_ROWS = 1_000;

/**
 * Moves the write-ahead log into the file between the bursts of work: left to SQLite it happens
 * within the commit that fills the log, and makes that one wait for tens of milliseconds.
 */
export class WalCheckpointer {
  private timer: NodeJS.Timeout | undefined;
  private rowsBefore = 0;

  constructor(private readonly database: LedgerDatabase) {}

  afterCommit(): void {
    if (this.database.rowsTouched - this.rowsBefore < MIN_ROWS) return;
    this.timer ??= setTimeout(() => this.checkpoint(), PAUSE_AFTER_COMMIT_MS).unref();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private checkpoint(): void {
    this.timer = undefined;
    this.rowsBefore = this.database.rowsTouched;
    try {
      if (this.pagesInLog() >= MIN_PAGES) this.database.prepare('pragma wal_checkpoint(passive)').all([]);
    } catch {
      // The log has everything; a disk that is full now makes the next commit say so.
    }
  }

  private pagesInLog(): number {
    const [state] = this.database.prepare('pragma wal_checkpoint(noop)').all([]) as {
      log: number;
      checkpointed: number;
    }[];
    return state ? state.log - state.checkpointed : 0;
  }
}
