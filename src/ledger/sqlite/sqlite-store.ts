import type { OnApplicationShutdown } from '@nestjs/common';
import { LedgerUnavailableError } from '../../runs/errors.js';
import type { WorkerEvents } from '../../runs/worker-events.js';
import type { Clock } from '../../time/clock.js';
import { LedgerConnection, type LedgerRole, type LedgerState } from '../ledger-connection.js';
import type { LedgerWriter, Membership, SqlStore } from '../sql/sql-store.js';
import type { Transaction } from '../sql/transaction.js';
import { LedgerFile } from './ledger-file.js';
import type { LedgerSession } from './ledger-session.js';
import { ReaderSession } from './reader-session.js';
import { WriterSession } from './writer-session.js';

/** The one connection of this process to a ledger in a SQLite file. */
export class SqliteStore extends LedgerConnection implements SqlStore, OnApplicationShutdown {
  private opening: Promise<LedgerSession> | undefined;
  private session: LedgerSession | undefined;

  constructor(
    private readonly path: string,
    private readonly clock: Clock,
    private readonly events: WorkerEvents,
  ) {
    super();
  }

  async open(role: LedgerRole): Promise<void> {
    if (this.opening) throw new TypeError('The ledger is opened once');
    const opening = this.openAs(role);
    this.opening = opening;
    try {
      const session = await opening;
      // A stop may have overtaken the start: it closes the session then.
      if (this.opening !== opening) throw this.notOpen();
      this.session = session;
    } catch (error) {
      if (this.opening === opening) this.opening = undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    const { opening } = this;
    this.opening = undefined;
    this.session = undefined;
    const session = await opening?.catch(() => undefined);
    await session?.close();
  }

  async check(): Promise<LedgerState> {
    if (!this.session) return { writable: false, problem: this.notOpen().message };
    return this.session.check();
  }

  async clockOffsetMs(): Promise<null> {
    return null;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  read<T>(begin: () => Transaction<T>): Promise<T> {
    return this.session ? this.session.read(begin) : Promise.reject(this.notOpen());
  }

  write<T>(begin: () => Transaction<T>): Promise<T> {
    return this.session ? this.session.write(begin) : Promise.reject(this.notOpen());
  }

  changeMark(): Promise<number> {
    return this.session instanceof WriterSession ? this.session.changeMark() : Promise.reject(this.notOpen());
  }

  get members(): Pick<Membership, 'living'> {
    if (this.session) return this.session.members;
    throw this.notOpen();
  }

  get writer(): LedgerWriter {
    if (this.session instanceof WriterSession) return this.session;
    throw this.notOpen();
  }

  private async openAs(role: LedgerRole): Promise<LedgerSession> {
    const file = LedgerFile.at(this.path);
    if (role !== 'reader') return WriterSession.open(file, role, this.clock, this.events);
    const session = new ReaderSession(file);
    // Says at once what is wrong with the file.
    await session.read(nothing);
    return session;
  }

  private notOpen(): LedgerUnavailableError {
    return new LedgerUnavailableError(`The ledger ${this.path} is not open for this`);
  }
}

function* nothing(): Transaction<void> {}
