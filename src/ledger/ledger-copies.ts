import { WorkerError } from '../runs/errors.js';

export interface LedgerBackup {
  readonly ledger: string;
  readonly file: string;
  readonly bytes: number;
}

export interface LedgerRestoration {
  readonly ledger: string;
  /** The backup that it was restored from. */
  readonly file: string;
  readonly runs: number;
  /** Where the replaced ledger is kept; null: there was none. */
  readonly replaced: string | null;
}

/** A copy could not be made or used. Says why and what to do; nothing has changed. */
export class LedgerCopyError extends WorkerError {
  override readonly name = 'LedgerCopyError';

  constructor(message: string, options?: ErrorOptions) {
    super(message, 'LEDGER_COPY', options);
  }
}

/** Copies of the whole ledger in one file. Rejects with a `LedgerCopyError` or as opening does. */
export abstract class LedgerCopies {
  /**
   * Writes what is recorded now to a file, also while a service works. The file is complete and
   * durable when it appears, for its owner alone. `overwrite`: a file of that name may be replaced.
   */
  abstract backUp(file: string, options: { readonly overwrite: boolean }): Promise<LedgerBackup>;

  /** Puts a copy in place of the ledger, which no process may have open, and keeps that aside. */
  abstract restore(file: string): Promise<LedgerRestoration>;
}
