import { type ArgumentsHost, Catch, HttpException, Injectable } from '@nestjs/common';
import { BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CommandRefusedError, IdempotencyKeyReusedError, ServiceNotRunningError } from '../../ledger/command-ledger.js';
import { RunAmbiguousError } from '../../ledger/run-history.js';
import { LedgerUnavailableError, LedgerUnusableError, WorkerError } from '../../runs/errors.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import { RunUnknownError, TaskUnknownError } from '../unknown-name.errors.js';
import { OpsProblem, type ProblemDetails, problemDetails } from './problem.js';

type ErrorClass = abstract new (...values: never[]) => Error;

const STATUSES: readonly (readonly [ErrorClass, number])[] = [
  [TaskUnknownError, 404],
  [RunUnknownError, 404],
  [RunAmbiguousError, 409],
  [CommandRefusedError, 409],
  [ServiceNotRunningError, 409],
  [IdempotencyKeyReusedError, 422],
  [LedgerUnavailableError, 503],
  [LedgerUnusableError, 503],
];

/** Answers every failure as a problem (RFC 9457). What nobody foresaw is told to the log alone. */
@Catch()
@Injectable()
export class ProblemFilter extends BaseExceptionFilter {
  constructor(
    { httpAdapter }: HttpAdapterHost,
    private readonly events: WorkerEvents,
  ) {
    super(httpAdapter);
  }

  override catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    if (!isOurs(http.getRequest<IncomingMessage>())) {
      super.catch(error, host);
      return;
    }
    const response = http.getResponse<ServerResponse>();
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const problem = this.problemOf(error);
    if (error instanceof OpsProblem) {
      for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
    }
    response.statusCode = problem.status;
    response.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
    // What refuses a request comes before the interceptor of answers.
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.end(JSON.stringify(problem));
  }

  private problemOf(error: unknown): ProblemDetails {
    if (error instanceof OpsProblem) return problemDetails(error.getStatus(), error.code, error.message);
    if (error instanceof HttpException) return problemDetails(error.getStatus(), 'REQUEST', error.message);
    if (error instanceof WorkerError) {
      const known = STATUSES.find(([type]) => error instanceof type);
      if (known) return problemDetails(known[1], error.code, error.message);
      return problemDetails(400, error.code, error.message);
    }
    this.events.emit('ops.request_failed', { error });
    return problemDetails(500, 'INTERNAL', 'The service could not answer this; its log says why.');
  }
}

function isOurs({ url = '' }: IncomingMessage): boolean {
  return url.startsWith('/api/') || url.startsWith('/console');
}
