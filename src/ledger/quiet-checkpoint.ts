import { type Kysely, sql } from 'kysely';
import type { LedgerSchema } from './ledger.schema.js';

const PAUSE_AFTER_COMMIT = 250;
const WORTH_IT = 500;

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

  constructor(private readonly db: Kysely<LedgerSchema>) {}

  afterCommit(): void {
    this.timer ??= setTimeout(() => void this.checkpoint(), PAUSE_AFTER_COMMIT).unref();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private async checkpoint(): Promise<void> {
    this.timer = undefined;
    try {
      const { rows } = await sql<LogState>`pragma wal_checkpoint(noop)`.execute(this.db);
      const [state] = rows;
      if (!state || state.log - state.checkpointed < WORTH_IT) return;
      await sql`pragma wal_checkpoint(passive)`.execute(this.db);
    } catch {
      // The log has everything; a disk that is full now makes the next commit say so.
    }
  }
}
