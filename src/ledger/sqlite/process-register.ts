import { hostname } from 'node:os';
import type { LedgerFile } from './ledger-file.js';
import { ProcessLock } from './process-lock.js';
import { queries } from '../sql/query-builder.js';
import { changesOf, firstOf, rowsOf, type Steps } from '../sql/steps.js';

export type WriterRole = 'service' | 'command';

/** Which processes have the ledger open for writing. The entry names a process; its lock tells whether it lives. */
export class ProcessRegister {
  constructor(
    private readonly file: LedgerFile,
    private readonly id: string,
    private readonly role: WriterRole,
  ) {}

  /** Records that this process is here, and at which time. */
  *enter(now: number): Steps<void> {
    const entry = { id: this.id, role: this.role, pid: process.pid, host: hostname(), started_at: now, seen_at: now };
    yield* changesOf(
      queries
        .insertInto('processes')
        .values(entry)
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ seen_at: now })),
    );
  }

  *leave(): Steps<void> {
    yield* this.remove(this.id);
  }

  *isAlive(id: string | null): Steps<boolean> {
    if (id === null) return false;
    if (id === this.id) return true;
    const entry = yield* firstOf(queries.selectFrom('processes').select('role').where('id', '=', id));
    return entry !== undefined && this.holdsItsLock(id, entry.role);
  }

  /** Removes what killed processes have left behind. */
  *forgetDead(): Steps<void> {
    for (const { id, role } of yield* rowsOf(queries.selectFrom('processes').select(['id', 'role']))) {
      if (id === this.id || this.holdsItsLock(id, role)) continue;
      yield* this.remove(id);
      if (role === 'command') this.file.removeCommandLock(id);
    }
  }

  private *remove(id: string): Steps<void> {
    yield* changesOf(queries.deleteFrom('processes').where('id', '=', id));
  }

  private holdsItsLock(id: string, role: WriterRole): boolean {
    // There is one service at a time: if it is this process, any other has ended.
    if (role === 'service') return this.role !== 'service' && ProcessLock.isHeld(this.file.serviceLock);
    return ProcessLock.isHeld(this.file.commandLock(id));
  }
}
