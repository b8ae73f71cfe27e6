import { Inject, Injectable } from '@nestjs/common';
import axios, { type AxiosAdapter, AxiosError, type InternalAxiosRequestConfig } from 'axios';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import type { RetryPolicy } from '../../worker/authoring/retry-policy.js';
import { currentRunScope } from '../../worker/execution/run-scope.js';
import { DataApiAddress } from '../request/data-api.address.js';
import type { HttpRequest } from '../request/http-request.js';
import { RetryInterceptor } from '../retry.interceptor.js';
import { settleFailure } from './axios-failure.js';
import { successResponse } from './axios-response.js';
import { Cancellation } from './cancellation.js';
import { requestBody } from './request-body.js';

declare module 'axios' {
  interface AxiosRequestConfig {
    /** Default: that of the task. */
    retry?: RetryPolicy;
  }
}

/** URL resolves them, and an id of `..` would lead to another path. */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:[/?#]|$)/i;

/**
 * Lets axios, and so `HttpService`, send over the worker's own transport and under its policy. The
 * token of the Data API goes to its host only. A POST without an `Idempotency-Key` header is not
 * sent again once it may have arrived.
 *
 * Rejects as axios does: with an `AxiosError` whose `cause` is the `DataApiError`, or a
 * `CanceledError` whose `cause` is the signal's reason. What axios knows and this leaves out:
 * progress events, redirects, and proxies and agents given per request.
 */
@Injectable()
export class AxiosTransport {
  private readonly timeout: number;

  constructor(
    @Inject(workerConfig.KEY) settings: WorkerSettings,
    private readonly address: DataApiAddress,
    private readonly retries: RetryInterceptor,
  ) {
    this.timeout = settings.dataApi.timeout;
  }

  readonly adapter: AxiosAdapter = async (config: InternalAxiosRequestConfig) => {
    const scope = currentRunScope();
    const cancellation = new Cancellation(config, scope?.signal);
    try {
      const retry = config.retry ?? scope?.retry;
      const request = await this.requestOf(config, cancellation.signal, retry);
      const resumed = scope !== undefined && scope.attempt > 1;
      return await this.retries.intercept({ ...request, resumed }, (answer) => successResponse(answer, config));
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
    const { origin, pathname, search } = urlOf(config);
    const { body, contentType } = await requestBody(config.data);
    const headers = this.headers(config, origin, body !== null);
    if (contentType) headers['content-type'] = contentType;
    const method = (config.method ?? 'get').toUpperCase();
    const timeout = config.timeout || this.timeout;
    return { method, origin, target: pathname + search, headers, body, timeout, signal, retry };
  }

  private headers(config: InternalAxiosRequestConfig, origin: string, hasBody: boolean): Record<string, string> {
    const headers: Record<string, string> = { 'user-agent': 'task-worker' };
    for (const [name, value] of Object.entries(config.headers.toJSON(true))) {
      const key = name.toLowerCase();
      // axios names a type for every POST, also for one without a body.
      if (hasBody || key !== 'content-type') headers[key] = String(value);
    }
    if (config.auth) headers['authorization'] = basic(config.auth.username, config.auth.password);
    const { authorization } = this.address.headers;
    if (authorization && origin === this.address.origin) headers['authorization'] ??= authorization;
    return headers;
  }
}

function urlOf(config: InternalAxiosRequestConfig): URL {
  const { baseURL = '', url: path = '' } = config;
  // What getUri comes to for most requests, without merging the whole configuration a second time.
  const isPlain = config.params === undefined && /^\/(?!\/)/.test(path) && /[^/]$/.test(baseURL);
  const uri = isPlain ? baseURL + path : axios.getUri(config);
  const url = DOT_SEGMENT.test(uri) ? null : URL.parse(uri);
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new AxiosError('Not an absolute http(s) URL, or one with dot segments', AxiosError.ERR_INVALID_URL, config);
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
