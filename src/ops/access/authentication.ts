import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { bearerToken } from '../../config/bears-token.js';
import { OpsProblem } from '../api/problem.js';
import type { Caller } from './caller.js';
import { OpsTokens } from './ops-tokens.js';
import { PublicAddress } from './public-address.js';
import { Sessions } from './sessions.js';

/** Makes guessing slow, and hides how far a check came. */
const REFUSAL_DELAY_MS = 250;

/** Finds out who sends a request, by token, cookie, or by being on an open loopback. */
@Injectable()
export class Authentication {
  constructor(
    private readonly tokens: OpsTokens,
    private readonly sessions: Sessions,
    private readonly address: PublicAddress,
  ) {}

  /** With `Secure`, browsers bind the name to this host: no neighbour can plant a cookie. */
  get cookieName(): string {
    return this.address.isSecure ? '__Host-worker' : 'worker';
  }

  /** Rejects with an `OpsProblem`, the same one whatever is wrong. */
  async callerOf(request: IncomingMessage): Promise<Caller> {
    if (!this.tokens.exist) return this.openCaller(request);
    const caller = this.bearer(request) ?? (await this.sessionCaller(request));
    return caller ?? (await refuse());
  }

  /** Where nobody can log in, `what` is for this machine alone. Throws an `OpsProblem`. */
  checkOpen(what: string): void {
    if (this.tokens.exist || this.address.isLoopback) return;
    throw new OpsProblem(403, 'CLOSED', `${what} is closed beyond loopback: set OPS_TOKEN to open it.`);
  }

  /** The value of the cookie that a request came with. */
  cookieOf({ headers }: IncomingMessage): string | null {
    const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    const ours = cookies.find((cookie) => cookie.startsWith(`${this.cookieName}=`));
    return ours?.slice(this.cookieName.length + 1) ?? null;
  }

  private openCaller(request: IncomingMessage): Caller {
    this.checkOpen('The ops API');
    return { name: 'local', role: 'operator', via: viaOf(request), address: addressOf(request), session: null };
  }

  private bearer(request: IncomingMessage): Caller | null {
    const token = bearerToken(request.headers.authorization);
    const role = token === undefined ? null : this.tokens.roleOf(token);
    return role && { name: role, role, via: 'api', address: addressOf(request), session: null };
  }

  private async sessionCaller(request: IncomingMessage): Promise<Caller | null> {
    const cookie = this.cookieOf(request);
    const session = cookie === null ? null : await this.sessions.find(cookie);
    if (!session) return null;
    const { name, role } = session;
    return { name, role, via: 'console', address: addressOf(request), session: cookie };
  }
}

/** For everything that is wrong with what a caller shows. */
export async function refuse(): Promise<never> {
  await setTimeout(REFUSAL_DELAY_MS);
  throw new OpsProblem(401, 'UNAUTHENTICATED', 'Log in, or send `Authorization: Bearer` with the ops token.', {
    'WWW-Authenticate': 'Bearer',
  });
}

/** Only browsers say where a request comes from. */
function viaOf({ headers }: IncomingMessage): Caller['via'] {
  return headers['sec-fetch-site'] === undefined ? 'api' : 'console';
}

export function addressOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? '';
}
