import { hostname } from 'node:os';
import { listed } from '../sql/sql-dialect.js';
import type { Membership, WriterRole } from '../sql/sql-store.js';
import { changesOf, rowsOf, type Transaction } from '../sql/transaction.js';
import type { LedgerFile } from './ledger-file.js';
import { ProcessLock } from './process-lock.js';

/** An entry names a process; the lock on a file of its own tells whether it is alive. */
export class ProcessRegister implements Membership {
  constructor(
    private readonly file: LedgerFile,
    private readonly id: string,
    private readonly role: WriterRole,
  ) {}

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

  *living(processes: readonly string[]): Transaction<ReadonlySet<string>> {
    const ids = JSON.stringify(processes);
    const entries = yield* rowsOf((db, dialect) =>
      db.selectFrom('processes').select(['id', 'role']).where('id', 'in', listed(dialect, ids)),
    );
    return new Set(entries.filter((entry) => this.isAlive(entry)).map(({ id }) => id));
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

  private isAlive({ id, role }: { readonly id: string; readonly role: WriterRole }): boolean {
    if (id === this.id) return true;
    // There is one service at a time: if it is this process, any other has ended.
    if (role === 'service') return this.role !== 'service' && this.isServiceAlive();
    return ProcessLock.isHeld(this.file.commandLock(id));
  }

  private isServiceAlive(): boolean {
    return this.role === 'service' || ProcessLock.isHeld(this.file.serviceLock);
  }
}
