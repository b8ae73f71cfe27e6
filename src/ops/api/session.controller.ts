import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res, UseGuards, UseInterceptors } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { Actor } from '../../runs/actor.js';
import { Clock } from '../../time/clock.js';
import { SECOND } from '../../time/duration.js';
import { AccessGuard } from '../access/access.guard.js';
import { addressOf, Authentication, refuse } from '../access/authentication.js';
import type { OpsRequest } from '../access/caller.js';
import { OpsTokens } from '../access/ops-tokens.js';
import { PublicAddress } from '../access/public-address.js';
import { RecentAttempts } from '../access/recent-attempts.js';
import { MAX_SESSION_MS, Sessions } from '../access/sessions.js';
import { actorJson } from '../run-json.js';
import { NoStoreInterceptor } from './no-store.interceptor.js';
import { tooMany } from './problem.js';
import { loginBody, Valid } from './requests.js';

const MAX_FAILED_LOGINS_PER_MINUTE = 5;

/** Login and logout of a browser. */
@Controller('api/v1/session')
@UseInterceptors(NoStoreInterceptor)
export class SessionController {
  private readonly failedLogins = new RecentAttempts(MAX_FAILED_LOGINS_PER_MINUTE);

  constructor(
    private readonly sessions: Sessions,
    private readonly tokens: OpsTokens,
    private readonly authentication: Authentication,
    private readonly guard: AccessGuard,
    private readonly address: PublicAddress,
    private readonly clock: Clock,
  ) {}

  /** Who the caller is: what a page needs to show the right buttons. */
  @Get()
  @UseGuards(AccessGuard)
  who(@Req() { caller }: OpsRequest): Actor {
    return actorJson(caller!);
  }

  @Post()
  @HttpCode(200)
  async login(
    @Body(new Valid(loginBody)) { token, name }: z.output<typeof loginBody>,
    @Req() request: OpsRequest,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<Actor> {
    this.guard.checkHost(request);
    this.guard.checkForm(request);
    const address = addressOf(request);
    const now = this.clock.now().getTime();
    const wait = this.failedLogins.waitFor(address, now);
    if (wait > 0) throw tooMany(wait, `At most ${MAX_FAILED_LOGINS_PER_MINUTE} failed logins a minute`);
    const role = this.tokens.roleOf(token);
    if (role === null) {
      this.failedLogins.count(address, now);
      return refuse();
    }
    response.setHeader('Set-Cookie', this.cookie(await this.sessions.begin(token, name, role), MAX_SESSION_MS));
    return { name, role, via: 'console' };
  }

  @Delete()
  @HttpCode(204)
  @UseGuards(AccessGuard)
  async logout(@Req() request: OpsRequest, @Res({ passthrough: true }) response: ServerResponse): Promise<void> {
    const cookie = this.authentication.cookieOf(request);
    if (cookie !== null) await this.sessions.end(cookie);
    response.setHeader('Set-Cookie', this.cookie('', 0));
  }

  private cookie(value: string, lifetimeMs: number): string {
    const secure = this.address.isSecure ? '; Secure' : '';
    const seconds = Math.floor(lifetimeMs / SECOND);
    return `${this.authentication.cookieName}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure}`;
  }
}
