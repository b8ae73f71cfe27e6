import { listed } from '../sql/sql-dialect.js';
import type { Membership, WriterRole } from '../sql/sql-store.js';
import { rowsOf, type Transaction } from '../sql/transaction.js';
import type { LedgerFile } from './ledger-file.js';
import { ProcessLock } from './process-lock.js';

export interface ProcessEntry {
  readonly id: string;
  readonly role: WriterRole;
}

/** An entry names a process; the lock on a file of its own tells whether it is alive. */
export class KnownProcesses implements Pick<Membership, 'living'> {
  constructor(protected readonly file: LedgerFile) {}

  *living(processes: readonly string[]): Transaction<ReadonlySet<string>> {
    const ids = JSON.stringify(processes);
    const entries = yield* rowsOf((db, dialect) =>
      db.selectFrom('processes').select(['id', 'role']).where('id', 'in', listed(dialect, ids)),
    );
    return new Set(entries.filter((entry) => this.isAlive(entry)).map(({ id }) => id));
  }

  protected isAlive({ id, role }: ProcessEntry): boolean {
    return ProcessLock.isHeld(role === 'service' ? this.file.serviceLock : this.file.commandLock(id));
  }
}
