import { sql } from 'kysely';
import type { WritableDatabase } from './sqlite-database.js';

const PAUSE_AFTER_COMMIT = 250;
/** In pages. */
const WORTH_IT = 2_000;
/** In rows: to find out how many pages there are costs as much as a commit. */
const WORTH_A_LOOK = 1_000;

interface LogState {
  /** Pages in the write-ahead log, and those of them that the file has already. */
  readonly log: number;
  readonly checkpointed: number;
}

/**
 * Moves the write-ahead log into the file between the bursts of work: left to SQLite it happens within the commit that
 * fills the log, and makes that one wait for tens of milliseconds.
 */
export class QuietCheckpoint {
  private timer: NodeJS.Timeout | undefined;
  private rowsBefore = 0;

  constructor(private readonly database: WritableDatabase) {}

  afterCommit(): void {
    if (this.database.transactions.rows - this.rowsBefore < WORTH_A_LOOK) return;
    this.timer ??= setTimeout(() => void this.checkpoint(), PAUSE_AFTER_COMMIT).unref();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private async checkpoint(): Promise<void> {
    const { db, transactions } = this.database;
    this.timer = undefined;
    this.rowsBefore = transactions.rows;
    try {
      const { rows } = await sql<LogState>`pragma wal_checkpoint(noop)`.execute(db);
      const [state] = rows;
      if (!state || state.log - state.checkpointed < WORTH_IT) return;
      await sql`pragma wal_checkpoint(passive)`.execute(db);
    } catch {
      // The log has everything; a disk that is full now makes the next commit say so.
    }
  }
}
