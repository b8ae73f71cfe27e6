import { Injectable } from '@nestjs/common';
import type { SentRequest } from '../runs/worker-event-map.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { failedRequest } from './failed-request.js';
import type { Permit } from './policy/admission.js';
import { AttemptError } from './policy/attempt.error.js';
import { attemptsOf, backoff } from './policy/backoff.js';
import { UpstreamPolicies } from './policy/upstream-policies.js';
import type { UpstreamPolicy } from './policy/upstream-policy.js';
import { type HttpAnswer, type HttpRequest, pathOf } from './request/http-request.js';
import { HttpTransport } from './transport/http-transport.js';
import { sleep } from './waiting/sleep.js';

type Read<T> = (answer: HttpAnswer) => T;

interface Failure {
  readonly error: AttemptError;
  readonly sent: SentRequest;
  readonly mayRetry: boolean;
}

/**
 * Neither Nest's kind of interceptor nor axios': it stands between those who request, which are
 * `DataApiClient` and `HttpService`, and the transport. It decides what is tried again, when, how
 * often, and how many requests are in flight. The only layer that retries.
 */
@Injectable()
export class RetryInterceptor {
  constructor(
    private readonly upstreams: UpstreamPolicies,
    private readonly transport: HttpTransport,
    private readonly events: WorkerEvents,
  ) {}

  /**
   * Resolves with what `read` makes of a 2xx answer. `read` throws an `AttemptError` for an answer
   * that does not prove success.
   *
   * Rejects with a `DataApiError` when the last attempt has failed, or with the signal's reason as
   * soon as it aborts, during a wait too.
   */
  async intercept<T>(request: HttpRequest, read: Read<T>): Promise<T> {
    const upstream = this.upstreams.of(request.origin);
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.attempt(upstream, request, read, attempt);
      if ('value' in outcome) return outcome.value;
      if (!outcome.mayRetry || attempt >= attemptsOf(request.retry))
        throw failedRequest(request, outcome.error, attempt);
      await this.backOff(request, outcome);
    }
  }

  private async attempt<T>(
    upstream: UpstreamPolicy,
    request: HttpRequest,
    read: Read<T>,
    attempt: number,
  ): Promise<{ readonly value: T } | Failure> {
    request.signal?.throwIfAborted();
    const permit = await upstream.admit(request.signal);
    try {
      const answer = await this.transport.send(request);
      const value = readSuccess(answer, read);
      upstream.succeeded(permit);
      if (this.events.isWatched('request.sent')) {
        this.events.emit('request.sent', describe(request, permit, attempt, answer.status));
      }
      return { value };
    } catch (error) {
      if (!(error instanceof AttemptError)) {
        upstream.abandoned(permit);
        throw error;
      }
      const sent = describe(request, permit, attempt, error.status, error.problem);
      this.events.emit('request.sent', sent);
      return { error, sent, mayRetry: upstream.failed(request, permit, error, attempt) };
    }
  }

  private async backOff(request: HttpRequest, { error, sent }: Failure): Promise<void> {
    const delayMs = backoff(request.retry, sent.attempt, error.status);
    this.events.emit('request.retried', { ...sent, delayMs, error: error.message });
    await sleep(delayMs, request.signal);
  }
}

function readSuccess<T>(answer: HttpAnswer, read: Read<T>): T {
  if (answer.status >= 200 && answer.status <= 299) return read(answer);
  throw new AttemptError('status', `answered ${answer.status}`, answer);
}

function describe(
  request: HttpRequest,
  { sentAt }: Permit,
  attempt: number,
  status: number | undefined,
  problem?: string,
): SentRequest {
  return {
    host: request.origin,
    method: request.method,
    path: pathOf(request),
    attempt,
    durationMs: performance.now() - sentAt,
    status: status ?? null,
    problem: problem ?? null,
  };
}
