import { hostname } from 'node:os';
import type { Membership, WriterRole } from '../sql/sql-store.js';
import { changesOf, rowsOf, type Transaction } from '../sql/transaction.js';
import { KnownProcesses, type ProcessEntry } from './known-processes.js';
import { ProcessLock } from './process-lock.js';
import type { LedgerFile } from './ledger-file.js';

/** The entry of this process, and those of all others. */
export class ProcessRegister extends KnownProcesses implements Membership {
  constructor(
    file: LedgerFile,
    private readonly id: string,
    private readonly role: WriterRole,
  ) {
    super(file);
  }

  /** Records that this process is here, and at which time. */
  *enter(now: number): Transaction<void> {
    const entry = { id: this.id, role: this.role, pid: process.pid, host: hostname(), started_at: now, seen_at: now };
    yield* changesOf((db) =>
      db
        .insertInto('processes')
        .values(entry)
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ seen_at: now })),
    );
  }

  *leave(): Transaction<void> {
    yield* this.remove([this.id]);
  }

  // eslint-disable-next-line require-yield -- the lock of the service tells
  *hasService(): Transaction<boolean> {
    return this.isServiceAlive();
  }

  *forgetDead(): Transaction<void> {
    const entries = yield* rowsOf((db) => db.selectFrom('processes').select(['id', 'role']));
    const dead = entries.filter((entry) => !this.isAlive(entry));
    if (dead.length === 0) return;
    yield* this.remove(dead.map(({ id }) => id));
    for (const { id, role } of dead) if (role === 'command') this.file.removeCommandLock(id);
  }

  private *remove(ids: readonly string[]): Transaction<void> {
    yield* changesOf((db) => db.deleteFrom('processes').where('id', 'in', ids));
  }

  protected override isAlive(entry: ProcessEntry): boolean {
    if (entry.id === this.id) return true;
    // There is one service at a time: if it is this process, any other has ended.
    if (entry.role === 'service' && this.role === 'service') return false;
    return super.isAlive(entry);
  }

  private isServiceAlive(): boolean {
    return this.role === 'service' || ProcessLock.isHeld(this.file.serviceLock);
  }
}
