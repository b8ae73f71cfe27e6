import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerEvents } from '../../runs/worker-events.js';
import type { Clock } from '../../time/clock.js';
import type { LedgerState } from '../ledger-connection.js';
import { RunIds } from '../sql/new-run.js';
import type { LedgerWriter, WriterRole } from '../sql/sql-store.js';
import { firstOf, type Transaction } from '../sql/transaction.js';
import { GroupCommit } from './group-commit.js';
import type { LedgerFile } from './ledger-file.js';
import { LedgerOpening, type OpenLedger } from './ledger-opening.js';
import type { LedgerDatabase } from './ledger-database.js';
import type { LedgerSession } from './ledger-session.js';
import { ProcessRegister } from './process-register.js';
import { explained, isBusy } from './sqlite-error.js';
import { WalCheckpointer } from './wal-checkpointer.js';

/** How long a commit waits for a lock of another process, and how often it looks. */
const MAX_LOCK_WAIT_MS = 5_000;
const LOCK_POLL_MS = 50;

/** The ledger of a service or a one-shot command: under a lock that ends with the process. */
export class WriterSession implements LedgerSession, LedgerWriter {
  readonly name = `${hostname()}/${process.pid}`;
  readonly runIds = new RunIds();
  readonly members: ProcessRegister;
  private readonly database: LedgerDatabase;
  private readonly checkpointer: WalCheckpointer;
  private readonly commits = new GroupCommit((begin) => this.transact(begin));
  private lastMark: number | undefined;

  private constructor(
    readonly processId: string,
    readonly role: WriterRole,
    private readonly file: LedgerFile,
    private readonly ledger: OpenLedger,
    private readonly clock: Clock,
    private readonly events: WorkerEvents,
  ) {
    this.members = new ProcessRegister(file, processId, role);
    this.database = ledger.database;
    this.checkpointer = new WalCheckpointer(this.database);
  }

  static async open(file: LedgerFile, role: WriterRole, clock: Clock, events: WorkerEvents): Promise<WriterSession> {
    const processId = randomUUID();
    const ledger = await new LedgerOpening(file, events).open(role, processId);
    const session = new WriterSession(processId, role, file, ledger, clock, events);
    try {
      await session.write(() => session.begin());
      return session;
    } catch (error) {
      session.release();
      throw error;
    }
  }

  async read<T>(begin: () => Transaction<T>): Promise<T> {
    try {
      return this.database.read(begin);
    } catch (error) {
      throw explained(this.file.path, error);
    }
  }

  write<T>(begin: () => Transaction<T>): Promise<T> {
    return this.commits.write(begin);
  }

  async check(): Promise<LedgerState> {
    try {
      await this.write(() => this.members.enter(this.clock.now().getTime()));
      return { writable: true, problem: null };
    } catch (error) {
      return { writable: false, problem: error instanceof Error ? error.message : String(error) };
    }
  }

  async changeMark(): Promise<number> {
    const mark = this.database.changeMark();
    if (mark !== this.lastMark) this.ledger.stamp?.follow();
    this.lastMark = mark;
    return mark;
  }

  async close(): Promise<void> {
    // One that cannot be written is closed all the same: the next start finds a dead process.
    await this.write(() => this.members.leave()).catch(() => undefined);
    await this.commits.idle();
    this.release();
  }

  private *begin(): Transaction<void> {
    if (this.role === 'service') yield* this.members.forgetDead();
    yield* this.members.enter(this.clock.now().getTime());
    const newest = yield* firstOf((db) => db.selectFrom('runs').select('id').orderBy('id', 'desc').limit(1));
    if (newest) this.runIds.startAfter(newest.id);
  }

  private async transact<T>(begin: () => Transaction<T>): Promise<T> {
    const begun = performance.now();
    for (;;) {
      try {
        const value = this.database.write(begin);
        this.events.emit('ledger.committed', { durationMs: performance.now() - begun });
        this.checkpointer.afterCommit();
        return value;
      } catch (error) {
        if (!isBusy(error) || performance.now() > begun + MAX_LOCK_WAIT_MS) throw explained(this.file.path, error);
        await sleep(LOCK_POLL_MS);
      }
    }
  }

  private release(): void {
    this.checkpointer.stop();
    this.database.close();
    this.ledger.lock.release();
  }
}
