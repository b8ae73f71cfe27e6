import { Injectable, Optional } from '@nestjs/common';
import type { SentRequest } from '../runs/worker-event-map.js';
import { Lease, UnsharedLease } from '../ledger/lease.js';
import { tracer } from '../runs/tracing.js';
import { WorkerEvents } from '../runs/worker-events.js';
import { failedRequest } from './failed-request.js';
import type { Permit } from './policy/admission.js';
import { AttemptError } from './policy/attempt.error.js';
import { Attempts } from './policy/attempts.js';
import { UpstreamPolicies, type UpstreamPolicy } from './policy/upstream-policy.js';
import { type HttpAnswer, type HttpRequest, pathOf, type RenewableCredentials } from './request/http-request.js';
import { HttpTransport } from './transport/http-transport.js';
import { sleep } from './waiting/sleep.js';

/** For a request that no signal bounds, because it is outside of any run. */
const MAX_UNBOUNDED_WAIT_MS = 30 * 60_000;

/** The answer to a conditional request that its version is still the latest. */
const NOT_MODIFIED = 304;

type Read<T> = (answer: HttpAnswer) => T;

const UNAUTHORIZED = 401;

interface Failure {
  /** As it was sent, its proof of who asks among the headers. */
  readonly request: HttpRequest;
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
    @Optional() private readonly lease: Lease = new UnsharedLease(),
  ) {}

  /**
   * Resolves with what `read` makes of a 2xx answer. `read` throws an `AttemptError` for an answer
   * that does not prove success.
   *
   * Rejects with a `DataApiError` when the last attempt has failed, or with the signal's reason as
   * soon as it aborts, during a wait too.
   */
  async intercept<T>(request: HttpRequest, read: Read<T>): Promise<T> {
    if (request.signal) return this.pursue(request, read);
    const attempts = new Attempts(request);
    const bound = new AbortController();
    const timer = setTimeout(() => bound.abort(notServed(request, attempts)), MAX_UNBOUNDED_WAIT_MS);
    try {
      return await this.pursue({ ...request, signal: bound.signal }, read, attempts);
    } finally {
      clearTimeout(timer);
    }
  }

  private async pursue<T>(request: HttpRequest, read: Read<T>, attempts?: Attempts): Promise<T> {
    const upstream = this.upstreams.of(request.origin);
    let renewed = false;
    for (;;) {
      const outcome = await this.attempt(upstream, request, read, attempts?.current ?? 1);
      if ('value' in outcome) return outcome.value;
      const { error, sent, mayRetry } = outcome;
      let delayMs: number | undefined = 0;
      // New credentials are tried at once, and once: no attempt is spent.
      if (!renewed && isRefusalOfFetched(outcome)) {
        renewed = true;
        request.credentials?.reject(outcome.request.headers['authorization'] ?? '');
      } else {
        attempts ??= new Attempts(request);
        delayMs = attempts.delayAfter(error, mayRetry);
        if (delayMs === undefined) throw failedRequest(outcome.request, error, attempts.current);
      }
      this.events.emit('request.retried', { ...sent, delayMs, error: error.message });
      await sleep(delayMs, request.signal);
    }
  }

  private async attempt<T>(
    upstream: UpstreamPolicy,
    request: HttpRequest,
    read: Read<T>,
    attempt: number,
  ): Promise<{ readonly value: T } | Failure> {
    request.signal?.throwIfAborted();
    const { credentials, headers, signal } = request;
    if (!credentials || 'authorization' in headers) {
      return this.send(upstream, request, request, await this.admit(upstream, signal), read, attempt);
    }
    try {
      const { permit, authorization } = await this.admitWith(credentials, upstream, signal);
      const authorized = { ...request, headers: { ...headers, authorization } };
      return await this.send(upstream, request, authorized, permit, read, attempt);
    } catch (error) {
      if (!(error instanceof AttemptError)) throw error;
      const sent = describe(request, { sentAt: performance.now() }, attempt, undefined, error.problem);
      return { request, error, sent, mayRetry: error.problem === 'no token' };
    }
  }

  /** Nothing stands between the look at the lease and the sending: a wait may have come before. */
  private async admit(upstream: UpstreamPolicy, signal: AbortSignal | undefined): Promise<Permit> {
    for (;;) {
      const permit = await upstream.admit(signal);
      if (this.lease.isHeld) return permit;
      upstream.abandoned(permit);
      await this.lease.whenHeld(signal);
    }
  }

  /**
   * Credentials are fetched before it is the request's turn, so that no one in line waits for them.
   * They may end while it is in line itself: then its turn waits for the next ones.
   */
  private async admitWith(
    credentials: RenewableCredentials,
    upstream: UpstreamPolicy,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly permit: Permit; readonly authorization: string }> {
    await credentials.authorization(signal);
    for (;;) {
      const permit = await this.admit(upstream, signal);
      try {
        const authorization = await credentials.authorization(signal);
        if (this.lease.isHeld) return { permit, authorization };
      } catch (error) {
        upstream.abandoned(permit);
        throw error;
      }
      upstream.abandoned(permit);
    }
  }

  /** `asked`: the same in every attempt, by which a request that is always refused is known. */
  private async send<T>(
    upstream: UpstreamPolicy,
    asked: HttpRequest,
    request: HttpRequest,
    permit: Permit,
    read: Read<T>,
    attempt: number,
  ): Promise<{ readonly value: T } | Failure> {
    const { method, origin, template } = request;
    const span = tracer?.startRequest({ method, origin, template, attempt });
    try {
      const answer = await this.transport.send(span ? carrying(span.headers, request) : request);
      const value = readSuccess(upstream, asked, answer, read);
      upstream.succeeded(permit);
      span?.end(answer.status, null);
      if (this.events.isWatched('request.sent')) {
        this.events.emit('request.sent', describe(request, permit, attempt, answer.status));
      }
      return { value };
    } catch (error) {
      if (!(error instanceof AttemptError)) {
        upstream.abandoned(permit);
        span?.end(null, 'aborted');
        throw error;
      }
      span?.end(error.status ?? null, error.problem);
      const sent = describe(request, permit, attempt, error.status, error.problem);
      this.events.emit('request.sent', sent);
      return { request, error, sent, mayRetry: upstream.failed(request, permit, error, attempt) };
    }
  }
}

function readSuccess<T>(upstream: UpstreamPolicy, request: HttpRequest, answer: HttpAnswer, read: Read<T>): T {
  if (answer.status >= 200 && answer.status <= 299) return read(answer);
  if (answer.status === NOT_MODIFIED && 'if-none-match' in request.headers) return read(answer);
  const problem = upstream.isRefusal(request, answer) ? 'refused' : 'status';
  throw new AttemptError(problem, `answered ${answer.status}`, answer);
}

/** What the task has set itself wins. */
function carrying(headers: HttpRequest['headers'], request: HttpRequest): HttpRequest {
  return { ...request, headers: { ...headers, ...request.headers } };
}

/** Whether the answer refuses credentials that can be fetched anew. */
function isRefusalOfFetched({ request, error }: Failure): boolean {
  return error.status === UNAUTHORIZED && request.credentials !== undefined;
}

function notServed(request: HttpRequest, { current, lastError }: Attempts): Error {
  const minutes = MAX_UNBOUNDED_WAIT_MS / 60_000;
  const error = lastError ?? new AttemptError('not sent', `it was not its turn within ${minutes} min`);
  return failedRequest(request, error, current);
}

function describe(
  request: HttpRequest,
  { sentAt }: Pick<Permit, 'sentAt'>,
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
