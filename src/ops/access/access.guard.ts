import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Clock } from '../../time/clock.js';
import { OpsProblem, tooMany } from '../api/problem.js';
import { Authentication } from './authentication.js';
import type { Caller, OpsRequest } from './caller.js';
import { PublicAddress } from './public-address.js';
import { RecentAttempts } from './recent-attempts.js';

const MAX_CHANGES_PER_MINUTE = 30;

/**
 * Lets a request to the ops API in: its host is ours, its sender is known, and a change comes from
 * an operator and from no other web page.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly changes = new RecentAttempts(MAX_CHANGES_PER_MINUTE);

  constructor(
    private readonly authentication: Authentication,
    private readonly address: PublicAddress,
    private readonly clock: Clock,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<OpsRequest>();
    this.checkHost(request);
    const isChange = request.method !== 'GET' && request.method !== 'HEAD';
    if (isChange) this.checkForm(request);
    const caller = await this.authentication.callerOf(request);
    if (isChange) this.checkChange(request, caller);
    request.caller = caller;
    return true;
  }

  checkHost({ headers: { host } }: OpsRequest): void {
    if (this.address.isOurs(host)) return;
    throw new OpsProblem(421, 'FOREIGN_HOST', 'This host is not served here: name it by PUBLIC_URL, or use localhost.');
  }

  /** What every change has to be like, whoever sends it. */
  checkForm(request: OpsRequest): void {
    this.checkOrigin(request);
    this.checkJson(request);
  }

  /** Browsers tell where a request comes from; other clients send neither header. */
  private checkOrigin({ headers }: OpsRequest): void {
    const site = headers['sec-fetch-site'];
    const { origin, host } = headers;
    const isOurs =
      site !== undefined ? site === 'same-origin' : origin === undefined || this.address.isOurOrigin(origin, host);
    if (isOurs) return;
    throw new OpsProblem(403, 'FOREIGN_ORIGIN', 'Changes are taken from the console itself, not from other pages.');
  }

  private checkJson({ headers }: OpsRequest): void {
    const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
    if (hasBody && type !== 'application/json') {
      throw new OpsProblem(415, 'NOT_JSON', 'Send the body as `Content-Type: application/json`.');
    }
  }

  private checkChange(request: OpsRequest, caller: Caller): void {
    // Whoever may look may also log out.
    if (request.method === 'DELETE') return;
    if (caller.role !== 'operator') {
      throw new OpsProblem(403, 'VIEWER', 'A viewer only looks: log in with OPS_TOKEN to change something.');
    }
    const key = `${caller.name} ${caller.address}`;
    const now = this.clock.now().getTime();
    const wait = this.changes.waitFor(key, now);
    if (wait > 0) throw tooMany(wait, `At most ${MAX_CHANGES_PER_MINUTE} changes a minute`);
    this.changes.count(key, now);
  }
}
