import type { Kysely } from 'kysely';
import type { DatabaseSync } from 'node:sqlite';
import type { LedgerState } from '../ledger-connection.js';
import type { LedgerFile } from './ledger-file.js';
import { LedgerMigrator } from './ledger-migrator.js';
import { explained, ledgerUnavailable } from './ledger-problem.js';
import type { LedgerSchema } from '../sql/ledger.schema.js';
import type { LedgerSession, Read } from './ledger-session.js';
import { ProcessLock } from './process-lock.js';
import { kyselyOn, openForReading, openInMemory } from './sqlite-database.js';

/**
 * The ledger for who looks only. Opens the file for each read, so that it follows whatever happens to it, and leaves
 * nothing behind. Where there has never been a ledger it reads an empty one.
 */
export class ReaderSession implements LedgerSession {
  constructor(private readonly file: LedgerFile) {}

  async read<T>(read: Read<T>): Promise<T> {
    try {
      if (this.file.vacant) this.file.requireNeverUsed(ProcessLock.isMarked(this.file.serviceLock));
      if (this.file.vacant) return await this.readEmpty(read);
      if (this.file.hasWriteAheadLog)
        return await this.readFrom(openForReading(this.file.path, { unchanging: false }), read);
      return await this.readUnchanging(read);
    } catch (error) {
      throw explained(this.file.path, error);
    }
  }

  write<T>(): Promise<T> {
    return Promise.reject(this.notWritable());
  }

  check(): Promise<LedgerState> {
    return Promise.resolve({ writable: false, problem: this.notWritable().message });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * Without a write-ahead log there is no writer. To look without locks then needs no right to write to the folder,
   * and creates no files that belong to another user than the service's.
   */
  private async readUnchanging<T>(read: Read<T>): Promise<T> {
    const outcome = await this.readFrom(openForReading(this.file.path, { unchanging: true }), read).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    // A writer that came meanwhile may have changed the file under the read.
    if (this.file.hasWriteAheadLog) return this.readFrom(openForReading(this.file.path, { unchanging: false }), read);
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  private async readFrom<T>(database: DatabaseSync, read: Read<T>): Promise<T> {
    try {
      const db = kyselyOn(database);
      await this.requireCurrent(db);
      return await read(db);
    } finally {
      database.close();
    }
  }

  private async readEmpty<T>(read: Read<T>): Promise<T> {
    const database = openInMemory();
    try {
      const db = kyselyOn(database);
      await new LedgerMigrator(db, this.file.path).migrate();
      return await read(db);
    } finally {
      database.close();
    }
  }

  private async requireCurrent(db: Kysely<LedgerSchema>): Promise<void> {
    if (await new LedgerMigrator(db, this.file.path).isCurrent()) return;
    throw ledgerUnavailable(this.file.path, {
      problem: 'was written by an older version of this program',
      remedy: 'Start the service once: it brings the ledger up to date',
    });
  }

  private notWritable() {
    return ledgerUnavailable(this.file.path, {
      problem: 'was opened for reading only',
      remedy: 'Open it as a service or a command to write',
    });
  }
}
