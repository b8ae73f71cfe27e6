import { Injectable } from '@nestjs/common';
import { Clock } from '../../time/clock.js';
import { type Session, SessionLedger } from '../session-ledger.js';
import { SqlStore } from './sql-store.js';
import { changesOf, firstOf, type Transaction } from './transaction.js';

@Injectable()
export class SqlSessionLedger extends SessionLedger {
  constructor(
    private readonly store: SqlStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  async begin(session: Session): Promise<void> {
    const now = this.clock.now().getTime();
    await this.store.write(() => insertSession(session, now));
  }

  async find(idHash: string): Promise<Session | null> {
    const now = this.clock.now().getTime();
    const row = await this.store.read(() =>
      firstOf((db) =>
        db.selectFrom('sessions').selectAll().where('id_hash', '=', idHash).where('expires_at', '>', now),
      ),
    );
    if (!row) return null;
    const { id_hash, name, role, token_hash, expires_at } = row;
    return { idHash: id_hash, name, role, tokenHash: token_hash, expiresAt: new Date(expires_at) };
  }

  async end(idHash: string): Promise<void> {
    await this.store.write(() => changesOf((db) => db.deleteFrom('sessions').where('id_hash', '=', idHash)));
  }
}

function* insertSession({ idHash, name, role, tokenHash, expiresAt }: Session, now: number): Transaction<void> {
  yield* changesOf((db) => db.deleteFrom('sessions').where('expires_at', '<=', now));
  const row = { id_hash: idHash, name, role, token_hash: tokenHash, expires_at: expiresAt.getTime() };
  yield* changesOf((db) => db.insertInto('sessions').values(row));
}
