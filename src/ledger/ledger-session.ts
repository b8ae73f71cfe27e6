import type { Kysely } from 'kysely';
import type { LedgerState } from '../worker/ledger-connection.js';
import type { LedgerSchema } from './ledger.schema.js';
import type { Write } from './steps.js';

export type Read<T> = (db: Kysely<LedgerSchema>) => Promise<T>;

/** An open ledger, as one role may use it. */
export interface LedgerSession {
  read<T>(read: Read<T>): Promise<T>;
  write<T>(write: Write<T>): Promise<T>;
  check(): Promise<LedgerState>;
  close(): Promise<void>;
}
