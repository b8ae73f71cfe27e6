import type { LedgerRole } from '../ledger-connection.js';
import type { RunIds } from './new-run.js';
import type { Transaction } from './transaction.js';

export type WriterRole = Exclude<LedgerRole, 'reader'>;

/** The processes that have the ledger open for writing. */
export interface Membership {
  /** Those of the processes that are alive. One in doubt counts as alive: it may still write. */
  living(processes: readonly string[]): Transaction<ReadonlySet<string>>;

  /** Whether a service, this process or another, has the ledger open. */
  hasService(): Transaction<boolean>;

  /** Removes what dead processes have left behind, other than their runs. */
  forgetDead(): Transaction<void>;
}

/** This process as one that writes. */
export interface LedgerWriter {
  /** Owns the runs that the process executes. Another one each time the ledger is opened. */
  readonly processId: string;
  /** For people: `host/pid`. */
  readonly name: string;
  readonly role: WriterRole;
  readonly runIds: RunIds;
  readonly members: Membership;

  /**
   * By the same commit, tells whichever process has room of runs that wait to be started or
   * resumed. Absent where there is one service, which finds them by itself.
   */
  readonly offer?: ((runs: readonly string[]) => Transaction<void>) | undefined;
}

/**
 * All that `sql/` knows of a database; each database has an implementation in a folder beside it.
 * Where the database is the reason, methods reject with a `LedgerUnavailableError`: the errors of a
 * driver are unknown here.
 */
export abstract class SqlStore {
  /** Throws a `LedgerUnavailableError` where the ledger is not open for writing. */
  abstract readonly writer: LedgerWriter;

  /** Also where the ledger is open for reading. */
  abstract readonly members: Pick<Membership, 'living'>;

  /** Performs what only reads. Its answers need not be of one instant. */
  abstract read<T>(begin: () => Transaction<T>): Promise<T>;

  /**
   * Resolves once the transaction is committed durably. What it throws undoes it, and is passed on.
   * `begin` may be called again to begin it anew, so it changes nothing but the database.
   */
  abstract write<T>(begin: () => Transaction<T>): Promise<T>;

  /** Another number whenever another process may have committed since. */
  abstract changeMark(): Promise<number>;
}
