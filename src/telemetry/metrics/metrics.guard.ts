import { type CanActivate, type ExecutionContext, Inject, Injectable, UnauthorizedException } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bearsToken } from '../../config/bears-token.js';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';

/** Lets those in who bear `METRICS_TOKEN`, and everybody where there is none. */
@Injectable()
export class MetricsGuard implements CanActivate {
  constructor(@Inject(workerConfig.KEY) private readonly settings: WorkerSettings) {}

  canActivate(context: ExecutionContext): boolean {
    const { metricsToken } = this.settings;
    const http = context.switchToHttp();
    const { headers } = http.getRequest<IncomingMessage>();
    if (metricsToken === undefined || bearsToken(headers.authorization, metricsToken)) return true;
    http.getResponse<ServerResponse>().setHeader('WWW-Authenticate', 'Bearer');
    throw new UnauthorizedException('Send METRICS_TOKEN as `Authorization: Bearer …`');
  }
}
