import type { LedgerState } from '../ledger-connection.js';
import type { Membership } from '../sql/sql-store.js';
import type { Transaction } from '../sql/transaction.js';

/** An open ledger, as one role may use it. */
export interface LedgerSession {
  readonly members: Pick<Membership, 'living'>;
  read<T>(begin: () => Transaction<T>): Promise<T>;
  write<T>(begin: () => Transaction<T>): Promise<T>;
  check(): Promise<LedgerState>;
  close(): Promise<void>;
}
