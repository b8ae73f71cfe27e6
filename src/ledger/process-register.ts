import type { Kysely, Transaction } from 'kysely';
import { hostname } from 'node:os';
import type { LedgerFile } from './ledger-file.js';
import type { LedgerSchema } from './ledger.schema.js';
import { ProcessLock } from './process-lock.js';

export type WriterRole = 'service' | 'command';

/** Which processes have the ledger open for writing. The entry names a process; its lock tells whether it lives. */
export class ProcessRegister {
  constructor(
    private readonly file: LedgerFile,
    private readonly id: string,
    private readonly role: WriterRole,
  ) {}

  /** Records that this process is here, and at which time. */
  async enter(transaction: Transaction<LedgerSchema>, now: number): Promise<void> {
    const entry = { id: this.id, role: this.role, pid: process.pid, host: hostname(), started_at: now, seen_at: now };
    await transaction
      .insertInto('processes')
      .values(entry)
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ seen_at: now }))
      .execute();
  }

  async leave(transaction: Transaction<LedgerSchema>): Promise<void> {
    await transaction.deleteFrom('processes').where('id', '=', this.id).execute();
  }

  async isAlive(db: Kysely<LedgerSchema>, id: string | null): Promise<boolean> {
    if (id === null) return false;
    if (id === this.id) return true;
    const entry = await db.selectFrom('processes').select('role').where('id', '=', id).executeTakeFirst();
    return entry !== undefined && this.holdsItsLock(id, entry.role);
  }

  /** Removes what killed processes have left behind. */
  async forgetDead(transaction: Transaction<LedgerSchema>): Promise<void> {
    const entries = await transaction.selectFrom('processes').select(['id', 'role']).execute();
    for (const { id, role } of entries) {
      if (id === this.id || this.holdsItsLock(id, role)) continue;
      await transaction.deleteFrom('processes').where('id', '=', id).execute();
      if (role === 'command') this.file.removeCommandLock(id);
    }
  }

  private holdsItsLock(id: string, role: WriterRole): boolean {
    // There is one service at a time: if it is this process, any other has ended.
    if (role === 'service') return this.role !== 'service' && ProcessLock.isHeld(this.file.serviceLock);
    return ProcessLock.isHeld(this.file.commandLock(id));
  }
}
