import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../time/clock.js';
import type { LedgerState } from '../ledger-connection.js';
import { GroupCommit } from './group-commit.js';
import type { LedgerFile } from './ledger-file.js';
import { LedgerOpening, type OpenLedger } from './ledger-opening.js';
import { explained } from './ledger-problem.js';
import type { LedgerSession, Read } from './ledger-session.js';
import { ProcessRegister, type WriterRole } from './process-register.js';
import { queries } from '../sql/query-builder.js';
import { QuietCheckpoint } from './quiet-checkpoint.js';
import { RunIds } from '../sql/run-id.js';
import { isBusy } from './sqlite-error.js';
import { firstOf, type Steps, type Write } from '../sql/steps.js';

/** How long a commit waits for a lock of another process, in milliseconds, and how often it looks. */
const PATIENCE = 5_000;
const LOOK_AGAIN_AFTER = 50;

/** The ledger as a service or a one-shot command has it: under a lock that ends with the process. */
export class WriterSession implements LedgerSession {
  readonly runIds = new RunIds();
  readonly processes: ProcessRegister;
  private readonly checkpoints: QuietCheckpoint;
  private readonly commits = new GroupCommit((write) => this.transact(write));

  private constructor(
    readonly processId: string,
    readonly role: WriterRole,
    private readonly file: LedgerFile,
    private readonly ledger: OpenLedger,
    private readonly clock: Clock,
  ) {
    this.processes = new ProcessRegister(file, processId, role);
    this.checkpoints = new QuietCheckpoint(ledger.database);
    file.rememberIdentity();
  }

  static async open(file: LedgerFile, role: WriterRole, clock: Clock): Promise<WriterSession> {
    const processId = randomUUID();
    const opening = new LedgerOpening(file);
    const ledger = await (role === 'service' ? opening.asService() : opening.asCommand(processId));
    const session = new WriterSession(processId, role, file, ledger, clock);
    try {
      await session.write(() => session.begin());
      return session;
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  async read<T>(read: Read<T>): Promise<T> {
    try {
      return await read(this.ledger.database.db);
    } catch (error) {
      throw explained(this.file.path, error);
    }
  }

  write<T>(write: Write<T>): Promise<T> {
    return this.commits.write(write);
  }

  async check(): Promise<LedgerState> {
    try {
      await this.write(() => this.processes.enter(this.clock.now().getTime()));
      return { writable: true, problem: null };
    } catch (error) {
      return { writable: false, problem: error instanceof Error ? error.message : String(error) };
    }
  }

  async close(): Promise<void> {
    // A ledger that cannot be written any more is closed all the same: the next start finds the entry of a dead process.
    await this.write(() => this.processes.leave()).catch(() => undefined);
    await this.commits.idle();
    await this.release();
  }

  private *begin(): Steps<void> {
    if (this.role === 'service') yield* this.processes.forgetDead();
    yield* this.processes.enter(this.clock.now().getTime());
    const newest = yield* firstOf(queries.selectFrom('runs').select('id').orderBy('id', 'desc').limit(1));
    if (newest) this.runIds.startAfter(newest.id);
  }

  private async transact<T>(write: Write<T>): Promise<T> {
    const deadline = performance.now() + PATIENCE;
    for (;;) {
      try {
        this.file.requireSame();
        const value = this.ledger.database.transactions.execute(write);
        this.checkpoints.afterCommit();
        return value;
      } catch (error) {
        if (!isBusy(error) || performance.now() > deadline) throw explained(this.file.path, error);
        await sleep(LOOK_AGAIN_AFTER);
      }
    }
  }

  private async release(): Promise<void> {
    this.checkpoints.stop();
    await this.ledger.database.db.destroy();
    this.ledger.lock.release();
    if (this.role === 'command') this.file.removeCommandLock(this.processId);
  }
}
