/** A row as it is recorded. Instants are epoch milliseconds, values of any shape are text. */
export interface ArchivedRow {
  readonly table: string;
  readonly row: Readonly<Record<string, string | number | null>>;
}

/** All that the ledger has on record, to be moved into another database. */
export abstract class LedgerArchive {
  /** The newest migration that this program knows. */
  abstract readonly version: string;

  /** Everything but processes and sessions. Nothing may write to the ledger meanwhile. */
  abstract rows(): AsyncIterable<ArchivedRow>;

  abstract isEmpty(): Promise<boolean>;

  /**
   * Writes rows into an empty ledger, in the order of `rows`, and answers how many. When it fails
   * the ledger is empty again; when its process dies, the ledger has a part of them.
   */
  abstract fill(rows: AsyncIterable<ArchivedRow>): Promise<number>;
}
