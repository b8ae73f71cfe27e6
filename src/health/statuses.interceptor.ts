import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  ServiceUnavailableException,
} from '@nestjs/common';
import type { HealthCheckResult, HealthIndicatorResult } from '@nestjs/terminus';
import type { IncomingMessage } from 'node:http';
import { catchError, map, type Observable } from 'rxjs';
import { bearsToken } from '../config/bears-token.js';
import { isLoopback } from '../config/loopback.js';
import type { WorkerSettings } from '../config/settings.js';
import { workerConfig } from '../config/worker.config.js';

/** What every worker has. Of all else a stranger is not even told the name. */
const PARTS = ['worker', 'event_loop', 'scheduler', 'ledger'];

/**
 * Tells strangers the status of each part and nothing more: no names of tasks and hosts, no paths,
 * no texts. Everything is for those who bear the ops token and, where the service listens on
 * loopback alone, for those who ask for a loopback name: a web page that had its own name point
 * there does not.
 */
@Injectable()
export class StatusesInterceptor implements NestInterceptor {
  constructor(@Inject(workerConfig.KEY) private readonly settings: WorkerSettings) {}

  intercept(context: ExecutionContext, next: CallHandler<HealthCheckResult>): Observable<HealthCheckResult> {
    if (this.isTrusted(context.switchToHttp().getRequest<IncomingMessage>())) return next.handle();
    return next.handle().pipe(
      map(statusesOf),
      catchError((error: unknown) => {
        if (!(error instanceof ServiceUnavailableException)) throw error;
        throw new ServiceUnavailableException(statusesOf(error.getResponse() as HealthCheckResult));
      }),
    );
  }

  private isTrusted({ headers }: IncomingMessage): boolean {
    const { http, opsToken } = this.settings;
    if (opsToken !== undefined && bearsToken(headers.authorization, opsToken)) return true;
    return isLoopback(http.host) && isLoopback(URL.parse(`http://${headers.host}`)?.hostname ?? '');
  }
}

function statusesOf({ status, details }: HealthCheckResult): HealthCheckResult {
  const statuses: HealthIndicatorResult = {};
  for (const [name, part] of Object.entries(details)) {
    const shown = PARTS.includes(name) ? name : name.startsWith('task') ? 'tasks' : 'dependencies';
    statuses[shown] = { status: worse(statuses[shown]?.status, part.status) };
  }
  return { status, details: statuses };
}

type Status = HealthIndicatorResult[string]['status'];

function worse(one: Status | undefined, other: Status): Status {
  const order: readonly Status[] = ['up', 'degraded', 'down'];
  return one !== undefined && order.indexOf(one) > order.indexOf(other) ? one : other;
}
