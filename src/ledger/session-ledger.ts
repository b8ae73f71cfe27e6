/** A browser that has logged in. Only hashes are kept: who reads the ledger cannot pose as it. */
export interface Session {
  /** Of the cookie. */
  readonly idHash: string;
  readonly name: string;
  readonly role: 'operator' | 'viewer';
  /** Of the token that it was exchanged for: another token ends it. */
  readonly tokenHash: string;
  readonly expiresAt: Date;
}

/** The sessions of browsers: every process on the ledger knows them, also after a restart. */
export abstract class SessionLedger {
  /** Sessions that have expired are forgotten on the way. */
  abstract begin(session: Session): Promise<void>;

  /** Null: there is none, or it has expired. */
  abstract find(idHash: string): Promise<Session | null>;

  abstract end(idHash: string): Promise<void>;
}
