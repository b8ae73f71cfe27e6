import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Session, SessionLedger } from '../../ledger/session-ledger.js';
import { Clock } from '../../time/clock.js';
import { HOUR } from '../../time/duration.js';
import { OpsTokens } from './ops-tokens.js';

export const MAX_SESSION_MS = 12 * HOUR;
const ID_BYTES = 32;

/** Exchanges a token for an opaque cookie, so that no token is kept in a browser. */
@Injectable()
export class Sessions {
  constructor(
    private readonly ledger: SessionLedger,
    private readonly tokens: OpsTokens,
    private readonly clock: Clock,
  ) {}

  /** Answers the value of the cookie. */
  async begin(token: string, name: string, role: Session['role']): Promise<string> {
    const id = randomBytes(ID_BYTES).toString('base64url');
    const expiresAt = new Date(this.clock.now().getTime() + MAX_SESSION_MS);
    await this.ledger.begin({ idHash: hash(id), name, role, tokenHash: hash(token), expiresAt });
    return id;
  }

  /** Null: it has expired or ended, or its token is no longer the one in force. */
  async find(id: string): Promise<Session | null> {
    const session = await this.ledger.find(hash(id));
    const token = session && this.tokens.of(session.role);
    return token && hash(token) === session.tokenHash ? session : null;
  }

  async end(id: string): Promise<void> {
    await this.ledger.end(hash(id));
  }
}

function hash(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
