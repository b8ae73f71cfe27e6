import type { DatabaseSync } from 'node:sqlite';
import { LedgerUnavailableError } from '../../runs/errors.js';
import type { WorkerEvents } from '../../runs/worker-events.js';
import { ledgerUnavailable } from '../sql/ledger-unavailable.js';
import { LedgerMigrator } from '../sql/migrations/ledger-migrator.js';
import type { WriterRole } from '../sql/sql-store.js';
import { firstOf } from '../sql/transaction.js';
import { FileStamp } from './file-stamp.js';
import type { LedgerFile } from './ledger-file.js';
import { ProcessLock } from './process-lock.js';
import { ReaderSession, requireOwnLog } from './reader-session.js';
import { LedgerDatabase } from './ledger-database.js';
import { openForReading, openForWriting, requireIntact } from './open-database.js';
import { SQLITE_DIALECT } from './sqlite-dialect.js';
import { explained } from './sqlite-error.js';

/** How long to wait for another process's lock: it may only be probing who is alive. */
const MAX_LOCK_WAIT_MS = 1_000;

export interface OpenLedger {
  readonly database: LedgerDatabase;
  readonly lock: ProcessLock;
  /** Of a service alone: it keeps the two of them equal. */
  readonly stamp?: FileStamp;
}

/** Opens a ledger for writing. Only a holder of the service's lock makes or migrates the schema. */
export class LedgerOpening {
  constructor(
    private readonly file: LedgerFile,
    private readonly events: WorkerEvents,
  ) {}

  /** `processId`: of the process that opens it, and holds the lock from then on. */
  async open(role: WriterRole, processId: string): Promise<OpenLedger> {
    let lock: ProcessLock | undefined;
    try {
      this.file.requireFolder();
      this.file.requireFile();
      this.file.requireOneName();
      if (role === 'service') {
        lock = await this.takeServiceLock();
        return { ...(await this.setUp(lock, { thorough: true })), lock };
      }
      lock = new ProcessLock(this.file.commandLock(processId), true);
      await lock.acquire(MAX_LOCK_WAIT_MS);
      return { database: (await this.openCurrent()) ?? (await this.setUpInPassing()), lock };
    } catch (error) {
      lock?.release();
      throw explained(this.file.path, error);
    }
  }

  private async openCurrent(): Promise<LedgerDatabase | undefined> {
    if (this.file.vacant) return undefined;
    requireOwnLog(this.file);
    const database = new LedgerDatabase(await this.openOwn());
    try {
      if (await this.migrator(database).isCurrent()) return database;
    } catch (error) {
      database.close();
      throw error;
    }
    database.close();
    return undefined;
  }

  private async setUpInPassing(): Promise<LedgerDatabase> {
    const lock = await this.takeServiceLock();
    try {
      return (await this.setUp(lock, { thorough: false })).database;
    } finally {
      lock.release();
    }
  }

  private async setUp(lock: ProcessLock, { thorough }: { thorough: boolean }) {
    const vacant = this.file.vacant;
    if (vacant) this.file.requireNeverUsed(lock.mark > 0);
    this.file.requireOwnLog(lock.mark);
    const file = await this.openOwn();
    const database = new LedgerDatabase(file);
    const stamp = new FileStamp(file, lock);
    try {
      if (thorough) requireIntact(file);
      const migrator = this.migrator(database);
      if (!(await migrator.isCurrent())) await migrator.migrate();
      stamp.renew();
    } catch (error) {
      database.close();
      throw error;
    }
    if (vacant) this.events.emit('ledger.created', { file: this.file.path });
    return { database, stamp };
  }

  /** Opening for writing changes the file: another program's database is told apart before. */
  private async openOwn(): Promise<DatabaseSync> {
    if (!this.file.vacant) await this.requireLedger();
    return openForWriting(this.file.path);
  }

  private async requireLedger(): Promise<void> {
    try {
      const database = new LedgerDatabase(openForReading(this.file.path, { unchanging: false }));
      await this.migrator(database)
        .isCurrent()
        .finally(() => database.close());
    } catch (error) {
      // Any other problem is explained by opening it for writing.
      if (error instanceof LedgerUnavailableError) throw error;
    }
  }

  private migrator({ db }: LedgerDatabase): LedgerMigrator {
    return new LedgerMigrator(db, SQLITE_DIALECT, this.file.path);
  }

  private async takeServiceLock(): Promise<ProcessLock> {
    const lock = new ProcessLock(this.file.serviceLock);
    if (await lock.acquire(MAX_LOCK_WAIT_MS)) return lock;
    throw ledgerUnavailable(this.file.path, {
      problem: `is in use by another service${await this.describeService()}`,
      remedy: 'Stop that one first, or point DATABASE_URL at a ledger of its own',
    });
  }

  private async describeService(): Promise<string> {
    try {
      const service = await new ReaderSession(this.file).read(() =>
        firstOf((db) =>
          db.selectFrom('processes').selectAll().where('role', '=', 'service').orderBy('started_at', 'desc').limit(1),
        ),
      );
      return service
        ? ` (process ${service.pid} on ${service.host}, since ${new Date(service.started_at).toISOString()})`
        : '';
    } catch {
      return '';
    }
  }
}
