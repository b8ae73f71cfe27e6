import { Logger } from '@nestjs/common';
import type { DatabaseSync } from 'node:sqlite';
import { LedgerUnavailableError } from '../../runs/errors.js';
import type { LedgerFile } from './ledger-file.js';
import { LedgerMigrator } from './ledger-migrator.js';
import { explained, ledgerUnavailable } from './ledger-problem.js';
import { ProcessLock } from './process-lock.js';
import { ReaderSession } from './reader-session.js';
import { kyselyOn, openForReading, openForWriting, requireIntact, WritableDatabase } from './sqlite-database.js';

/** For whom another process gets time to let go of a lock, in milliseconds: it may merely be looking who lives. */
const PATIENCE = 1_000;

export interface OpenLedger {
  readonly database: WritableDatabase;
  readonly lock: ProcessLock;
}

/** Opens a ledger for writing. The schema is created and migrated by a process that holds the service's lock only. */
export class LedgerOpening {
  private readonly logger = new Logger('Ledger');

  constructor(private readonly file: LedgerFile) {}

  async asService(): Promise<OpenLedger> {
    return this.explaining(async () => {
      const lock = await this.takeServiceLock();
      try {
        return { database: await this.setUp(lock, { thorough: true }), lock };
      } catch (error) {
        lock.release();
        throw error;
      }
    });
  }

  async asCommand(processId: string): Promise<OpenLedger> {
    return this.explaining(async () => {
      const lock = new ProcessLock(this.file.commandLock(processId));
      await lock.acquire(PATIENCE);
      try {
        return { database: (await this.openCurrent()) ?? (await this.setUpInPassing()), lock };
      } catch (error) {
        lock.release();
        this.file.removeCommandLock(processId);
        throw error;
      }
    });
  }

  private async explaining<T>(open: () => Promise<T>): Promise<T> {
    try {
      this.file.requireFolder();
      return await open();
    } catch (error) {
      throw explained(this.file.path, error);
    }
  }

  private async openCurrent(): Promise<WritableDatabase | undefined> {
    if (this.file.vacant) return undefined;
    const file = await this.openOwn();
    try {
      const database = new WritableDatabase(file);
      if (await new LedgerMigrator(database.db, this.file.path).isCurrent()) return database;
    } catch (error) {
      file.close();
      throw error;
    }
    file.close();
    return undefined;
  }

  private async setUpInPassing(): Promise<WritableDatabase> {
    const lock = await this.takeServiceLock();
    try {
      return await this.setUp(lock, { thorough: false });
    } finally {
      lock.release();
    }
  }

  private async setUp(lock: ProcessLock, { thorough }: { thorough: boolean }): Promise<WritableDatabase> {
    const vacant = this.file.vacant;
    if (vacant) this.file.requireNeverUsed(lock.marked);
    const file = await this.openOwn();
    const database = new WritableDatabase(file);
    try {
      if (thorough) requireIntact(file);
      const migrator = new LedgerMigrator(database.db, this.file.path);
      if (!(await migrator.isCurrent())) await migrator.migrate();
      lock.mark();
    } catch (error) {
      file.close();
      throw error;
    }
    if (vacant) this.logger.log(`Began a new ledger in ${this.file.path}`);
    return database;
  }

  /** Opening for writing changes the file's mode: the database of another program is told apart before, by reading. */
  private async openOwn(): Promise<DatabaseSync> {
    if (!this.file.vacant) await this.requireLedger();
    return openForWriting(this.file.path);
  }

  private async requireLedger(): Promise<void> {
    try {
      const db = kyselyOn(openForReading(this.file.path, { unchanging: false }));
      await new LedgerMigrator(db, this.file.path).isCurrent().finally(() => db.destroy());
    } catch (error) {
      // Whatever else is wrong is explained by opening it for writing.
      if (error instanceof LedgerUnavailableError) throw error;
    }
  }

  private async takeServiceLock(): Promise<ProcessLock> {
    const lock = new ProcessLock(this.file.serviceLock);
    if (await lock.acquire(PATIENCE)) return lock;
    throw ledgerUnavailable(this.file.path, {
      problem: `is in use by another service${await this.describeService()}`,
      remedy: 'Stop that one first, or let DATABASE_URL name a ledger of its own',
    });
  }

  private async describeService(): Promise<string> {
    try {
      const service = await new ReaderSession(this.file).read((db) =>
        db
          .selectFrom('processes')
          .selectAll()
          .where('role', '=', 'service')
          .orderBy('started_at', 'desc')
          .executeTakeFirst(),
      );
      return service
        ? ` (process ${service.pid} on ${service.host}, since ${new Date(service.started_at).toISOString()})`
        : '';
    } catch {
      return '';
    }
  }
}
