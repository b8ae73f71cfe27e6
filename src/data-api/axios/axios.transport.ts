import { Inject, Injectable } from '@nestjs/common';
import type { AxiosAdapter, InternalAxiosRequestConfig } from 'axios';
import { AxiosError } from 'axios';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import type { RetryPolicy } from '../../worker/authoring/retry-policy.js';
import { tracer } from '../../runs/tracing.js';
import { currentRunScope } from '../../worker/execution/run-scope.js';
import { isHeldBack } from '../dry-run/held-answer.js';
import { DataApiAddress } from '../request/data-api.address.js';
import { type HttpAnswer, type HttpRequest, IDEMPOTENCY_KEY, pathOf } from '../request/http-request.js';
import { templateOf } from '../request/path-template.js';
import { RetryInterceptor } from '../retry.interceptor.js';
import { settle, settleFailure } from './axios-failure.js';
import { successResponse } from './axios-response.js';
import { requestedUrl } from './axios-url.js';
import { Cancellation } from './cancellation.js';
import { requestBody } from './request-body.js';
import { isUnset, requestHeaders, withoutBody } from './request-headers.js';
import { refuseUnsupported } from './unsupported-options.js';

/** What a request is answered that a dry run holds back. */
const NO_CONTENT: HttpAnswer = { status: 204, reason: 'No Content', headers: {}, body: Buffer.alloc(0) };

declare module 'axios' {
  interface AxiosRequestConfig {
    /** Default: that of the task. */
    retry?: RetryPolicy;
  }
}

/**
 * Lets axios, and so `HttpService`, send over the worker's own transport and under its policy. The
 * token of the Data API goes to its host only. A POST without an `Idempotency-Key` header is not
 * sent again once it may have arrived.
 *
 * What is supported works as with axios' own adapter; the rest is refused with a sentence. Rejects
 * as axios does: with an `AxiosError` whose `cause` is the `DataApiError`, or a `CanceledError`
 * whose `cause` is the signal's reason.
 */
@Injectable()
export class AxiosTransport {
  private readonly timeout: number;
  private readonly proxied: boolean;

  constructor(
    @Inject(workerConfig.KEY) { dataApi }: WorkerSettings,
    private readonly address: DataApiAddress,
    private readonly retries: RetryInterceptor,
  ) {
    this.timeout = dataApi.timeout;
    this.proxied = dataApi.proxy;
  }

  readonly adapter: AxiosAdapter = async (config: InternalAxiosRequestConfig) => {
    refuseUnsupported(config, this.proxied);
    const scope = currentRunScope();
    const cancellation = new Cancellation(config, scope?.signal);
    try {
      const retry = config.retry ?? scope?.retry;
      const request = await this.requestOf(config, cancellation.signal, retry);
      const { method, origin, headers, body } = request;
      if (isHeldBack(method, `${origin}${pathOf(request)}`, headers[IDEMPOTENCY_KEY], body)) {
        return settle(successResponse(NO_CONTENT, config));
      }
      const resumed = scope !== undefined && scope.attempt > 1;
      return settle(await this.retries.intercept({ ...request, resumed }, (answer) => successResponse(answer, config)));
    } catch (error) {
      if (cancellation.signal?.aborted) throw cancellation.error;
      return settleFailure(error, config);
    } finally {
      cancellation.dispose();
    }
  };

  private async requestOf(
    config: InternalAxiosRequestConfig,
    signal: AbortSignal | undefined,
    retry: RetryPolicy | undefined,
  ): Promise<HttpRequest> {
    const { origin, target, credentials } = requestedUrl(config);
    const { body, headers: ofBody } = await requestBody(config);
    const named = requestHeaders(config, credentials);
    const headers = body === null ? withoutBody(named) : { ...named, ...ofBody };
    const method = (config.method ?? 'get').toUpperCase();
    const template = tracer && templateOf(writtenPath(config, target));
    const request = { method, origin, target, template, headers, body, timeout: this.timeoutOf(config), signal, retry };
    return origin === this.address.origin ? this.authenticated(request, config) : request;
  }

  /** For the Data API alone, and unless the caller authenticates otherwise, or not at all. */
  private authenticated(request: HttpRequest, config: InternalAxiosRequestConfig): HttpRequest {
    const { proof, common } = this.address;
    const isOwn = 'authorization' in request.headers || !isUnset(config, 'authorization');
    if (isOwn) return { ...request, secret: common.secret };
    return { ...request, ...common, headers: { ...proof, ...request.headers } };
  }

  private timeoutOf(config: InternalAxiosRequestConfig): number {
    if (!config.timeout) return this.timeout;
    const timeout = Number.parseInt(String(config.timeout), 10);
    if (!Number.isNaN(timeout)) return timeout;
    throw new AxiosError('The timeout is not a number of milliseconds', AxiosError.ERR_BAD_OPTION_VALUE, config);
  }
}

/** As the task has written it, where that is a path: `path` remembers those. */
function writtenPath({ url = '' }: InternalAxiosRequestConfig, target: string): string {
  return (url.startsWith('/') ? url : target).split(/[?#]/, 1)[0] ?? '';
}
