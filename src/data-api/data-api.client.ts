import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { WorkerSettings } from '../config/settings.js';
import { workerConfig } from '../config/worker.config.js';
import type { RetryPolicy } from '../worker/authoring/retry-policy.js';
import { currentRunScope } from '../worker/execution/run-scope.js';
import { readAnswer } from './answer/json-answer.js';
import { DataApiAddress } from './request/data-api.address.js';
import { type HttpRequest, IDEMPOTENCY_KEY } from './request/http-request.js';
import { type Query, target } from './request/path.js';
import { RetryInterceptor } from './retry.interceptor.js';

/** Visible ASCII, and no longer than the Data API takes. */
const SENDABLE_KEY = /^[\x21-\x7e]{1,255}$/;

export interface RequestOptions {
  /** Entries that are undefined are not sent. */
  readonly query?: Query;
  /** Default: the signal of the run that the request belongs to. */
  readonly signal?: AbortSignal;
  /** Default: that of the task. */
  readonly retry?: RetryPolicy;
  /** One attempt, in milliseconds. Default `DATA_API_TIMEOUT`. */
  readonly timeout?: number;
}

export interface PostOptions extends RequestOptions {
  /**
   * Names the business operation, never the run or the attempt, so that a repeat is recognised.
   * Sent as `Idempotency-Key`; a key that is not visible ASCII, or longer than 255 characters, is
   * sent as its hash.
   */
  readonly key: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/**
 * The Data API, as tasks see it. An answer counts only if its status is 2xx and its body matches
 * the schema, which sees an empty body as `undefined`. Retries, deadline, concurrency and
 * cancellation are those of `RetryInterceptor`.
 *
 * Every method rejects with a `DataApiError` when the request has failed for good, and with the
 * signal's reason when that aborts.
 */
@Injectable()
export class DataApiClient {
  private readonly timeout: number;
  /** Pages are worth compressing; the short answers to the rest are not. */
  private readonly headersOfGet: HttpRequest['headers'];

  constructor(
    @Inject(workerConfig.KEY) settings: WorkerSettings,
    private readonly address: DataApiAddress,
    private readonly retries: RetryInterceptor,
  ) {
    this.timeout = settings.dataApi.timeout;
    this.headersOfGet = { ...address.headers, 'accept-encoding': 'gzip, br' };
  }

  get<T>(path: string, schema: z.ZodType<T>, options: RequestOptions = {}): Promise<T> {
    return this.request('GET', path, schema, options, this.headersOfGet);
  }

  delete<T>(path: string, schema: z.ZodType<T>, options: RequestOptions = {}): Promise<T> {
    return this.request('DELETE', path, schema, options, this.address.headers);
  }

  async post<T>(path: string, schema: z.ZodType<T>, options: PostOptions): Promise<T> {
    const headers = { ...this.address.headers, [IDEMPOTENCY_KEY]: idempotencyKey(options.key) };
    if (options.body === undefined) return this.request('POST', path, schema, options, headers);
    const body = JSON.stringify(options.body);
    return this.request('POST', path, schema, options, { ...headers, 'content-type': 'application/json' }, body);
  }

  private async request<T>(
    method: string,
    path: string,
    schema: z.ZodType<T>,
    options: RequestOptions,
    headers: HttpRequest['headers'],
    body: string | null = null,
  ): Promise<T> {
    const scope = currentRunScope();
    const request: HttpRequest = {
      method,
      origin: this.address.origin,
      target: target(this.address.prefix, path, options.query),
      headers,
      body,
      timeout: options.timeout ?? this.timeout,
      signal: options.signal ?? scope?.signal,
      retry: options.retry ?? scope?.retry,
      resumed: scope !== undefined && scope.attempt > 1,
    };
    return this.retries.intercept(request, (answer) => readAnswer(answer, schema));
  }
}

/** The key itself, or its hash where it cannot be a header: always the same for the same key. */
export function idempotencyKey(key: string): string {
  return SENDABLE_KEY.test(key) ? key : `sha256:${createHash('sha256').update(key, 'utf16le').digest('hex')}`;
}
