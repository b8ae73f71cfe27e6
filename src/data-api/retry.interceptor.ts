import { Injectable, Logger } from '@nestjs/common';
import { failedRequest } from './failed-request.js';
import { AttemptError } from './policy/attempt.error.js';
import { attemptsOf, backoff } from './policy/backoff.js';
import type { UpstreamPolicy } from './policy/upstream-policy.js';
import { UpstreamPolicies } from './policy/upstream-policies.js';
import type { HttpAnswer, HttpRequest, Send } from './request/http-request.js';
import { sleep } from './waiting/sleep.js';

/**
 * The policy of every request that leaves the worker, whether through `DataApiClient` or `HttpService`: what is tried
 * again, when, how often, and how many at once. The only layer that retries.
 */
@Injectable()
export class RetryInterceptor {
  private readonly logger = new Logger('DataApi');

  constructor(private readonly hosts: UpstreamPolicies) {}

  /**
   * Resolves with what `read` makes of a 2xx answer. `read` throws an `AttemptError` when the answer proves no success.
   *
   * Rejects with a `DataApiError` when the last attempt has failed, or with the signal's reason as soon as it aborts,
   * also in the midst of a wait.
   */
  async intercept<T>(request: HttpRequest, send: Send, read: (answer: HttpAnswer) => T): Promise<T> {
    const host = this.hosts.of(request.origin);
    const attempts = attemptsOf(request.retry);
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.attempt(host, request, send, read, attempt);
      if (!('error' in outcome)) return outcome.value;
      const { error, mayRetry } = outcome;
      if (!mayRetry || attempt >= attempts) throw failedRequest(request, error, attempt);
      await this.waitBeforeRetry(request, error, attempt);
    }
  }

  private async attempt<T>(
    host: UpstreamPolicy,
    request: HttpRequest,
    send: Send,
    read: (answer: HttpAnswer) => T,
    attempt: number,
  ): Promise<{ readonly value: T } | { readonly error: AttemptError; readonly mayRetry: boolean }> {
    request.signal?.throwIfAborted();
    const admitted = await host.admit(request.signal);
    try {
      const answer = await send(request);
      if (answer.status < 200 || answer.status > 299) {
        throw new AttemptError('status', `answered ${answer.status}`, answer);
      }
      const value = read(answer);
      host.succeeded(admitted);
      return { value };
    } catch (error) {
      if (error instanceof AttemptError) return { error, mayRetry: host.failed(request, admitted, error, attempt) };
      host.abandoned(admitted);
      throw error;
    }
  }

  private async waitBeforeRetry(request: HttpRequest, error: AttemptError, attempt: number): Promise<void> {
    const delay = backoff(request.retry, attempt, error.status);
    const { method, target } = request;
    this.logger.debug({
      msg: 'Retrying',
      method,
      target: target.split('?', 1)[0],
      attempt,
      delay: Math.round(delay),
      error: error.message,
    });
    await sleep(delay, request.signal);
  }
}
