import type { Kysely } from 'kysely';
import type { LedgerState } from '../ledger-connection.js';
import type { LedgerSchema } from '../sql/ledger.schema.js';
import type { Write } from '../sql/steps.js';

export type Read<T> = (db: Kysely<LedgerSchema>) => Promise<T>;

/** An open ledger, as one role may use it. */
export interface LedgerSession {
  read<T>(read: Read<T>): Promise<T>;
  write<T>(write: Write<T>): Promise<T>;
  check(): Promise<LedgerState>;
  close(): Promise<void>;
}
