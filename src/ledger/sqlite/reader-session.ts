import type { LedgerState } from '../ledger-connection.js';
import { ledgerUnavailable } from '../sql/ledger-unavailable.js';
import { LedgerMigrator } from '../sql/migrations/ledger-migrator.js';
import { LedgerMissingError } from '../../runs/errors.js';
import type { Transaction } from '../sql/transaction.js';
import { KnownProcesses } from './known-processes.js';
import type { LedgerFile } from './ledger-file.js';
import type { LedgerSession } from './ledger-session.js';
import { ProcessLock } from './process-lock.js';
import { LedgerDatabase } from './ledger-database.js';
import { openForReading } from './open-database.js';
import { SQLITE_DIALECT } from './sqlite-dialect.js';
import { explained } from './sqlite-error.js';

/**
 * The ledger for who looks only. Opens the file for each read, so that it follows whatever happens
 * to it, and leaves nothing behind.
 */
export class ReaderSession implements LedgerSession {
  readonly members: KnownProcesses;

  constructor(private readonly file: LedgerFile) {
    this.members = new KnownProcesses(file);
  }

  async read<T>(begin: () => Transaction<T>): Promise<T> {
    try {
      this.file.requireFile();
      if (this.file.vacant) this.file.requireNeverUsed(ProcessLock.markOf(this.file.serviceLock) > 0);
      if (this.file.vacant) throw new LedgerMissingError(this.file.path);
      requireOwnLog(this.file);
      return this.file.hasWriteAheadLog ? await this.readFile(begin) : await this.readUnchanging(begin);
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
   * Without a write-ahead log there is no writer. To look without locks then needs no right to
   * write to the folder, and creates no files that belong to another user than the service's.
   */
  private async readUnchanging<T>(begin: () => Transaction<T>): Promise<T> {
    const outcome = await this.readFile(begin, { unchanging: true }).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    // A writer that came meanwhile may have changed the file under the read.
    if (this.file.hasWriteAheadLog) return this.readFile(begin);
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  private async readFile<T>(begin: () => Transaction<T>, how = { unchanging: false }): Promise<T> {
    const database = new LedgerDatabase(openForReading(this.file.path, how));
    try {
      await this.requireCurrent(database);
      return database.read(begin);
    } finally {
      database.close();
    }
  }

  private async requireCurrent({ db }: LedgerDatabase): Promise<void> {
    if (await new LedgerMigrator(db, SQLITE_DIALECT, this.file.path).isCurrent()) return;
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

/** For whoever does not hold the lock of the service. A service that runs has seen to it. */
export function requireOwnLog(file: LedgerFile): void {
  if (!file.hasLoggedChanges || ProcessLock.isHeld(file.serviceLock)) return;
  file.requireOwnLog(ProcessLock.markOf(file.serviceLock));
}
