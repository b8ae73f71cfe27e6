import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { tracer } from '../runs/tracing.js';
import { currentRunScope } from '../worker/execution/run-scope.js';
import { DataApiAnswer } from './answer/data-api.answer.js';
import { readAnswer } from './answer/json-answer.js';
import { heldAnswer } from './dry-run/held-answer.js';
import { DataApiVerbs } from './data-api.verbs.js';
import { DataApiAddress } from './request/data-api.address.js';
import { encodeBody, NO_BODY } from './request/encoded-body.js';
import { type HttpAnswer, type HttpRequest, IDEMPOTENCY_KEY } from './request/http-request.js';
import { target } from './request/path.js';
import { templateOf } from './request/path-template.js';
import type { ChangeOptions, MethodOptions } from './request/request-options.js';
import { RetryInterceptor } from './retry.interceptor.js';

/** Visible ASCII, and no longer than the Data API takes. */
const SENDABLE_KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * An API as tasks see it: the Data API, or one that `InjectDataApi` names. An answer counts only if
 * its status is 2xx and its body matches the schema, which sees an empty body as `undefined`.
 * Retries, deadline, concurrency and cancellation are those of `RetryInterceptor`.
 *
 * Every method rejects with a `DataApiError` when the request has failed for good, and with the
 * signal's reason when that aborts.
 */
@Injectable()
export class DataApiClient extends DataApiVerbs {
  /** Pages are worth compressing; the short answers to the rest are not. */
  private readonly headersOfGet: HttpRequest['headers'];

  constructor(
    private readonly address: DataApiAddress,
    private readonly retries: RetryInterceptor,
  ) {
    super();
    this.headersOfGet = { ...address.headers, 'accept-encoding': 'gzip, br' };
  }

  async answer<M extends keyof MethodOptions, T>(
    method: M,
    path: string,
    schema: z.ZodType<T>,
    options: MethodOptions[M],
  ): Promise<DataApiAnswer<T>> {
    const scope = currentRunScope();
    const held = scope?.dryRun && heldAnswer(method, path, schema, options);
    if (held) return held;
    const { key, body: value } = options as ChangeOptions;
    const { body, type } = value === undefined ? NO_BODY : encodeBody(value);
    const request: HttpRequest = {
      ...this.address.common,
      method,
      target: target(this.address.prefix, path, options.query),
      template: tracer && templateOf(path),
      headers: this.headers(method, options.headers, type, key),
      body,
      timeout: options.timeout ?? this.address.timeout,
      signal: options.signal ?? scope?.signal,
      retry: options.retry ?? scope?.retry,
      resumed: scope !== undefined && scope.attempt > 1,
    };
    return this.retries.intercept(request, (answer) => read(answer, schema));
  }

  private headers(
    method: string,
    own: ChangeOptions['headers'],
    type: string | undefined,
    key: string | undefined,
  ): HttpRequest['headers'] {
    const base = method === 'GET' ? this.headersOfGet : this.address.headers;
    if (!own && type === undefined && key === undefined) return base;
    const headers: Record<string, string> = { ...base };
    if (key !== undefined) headers[IDEMPOTENCY_KEY] = idempotencyKey(key);
    if (type !== undefined) headers['content-type'] = type;
    for (const [name, value] of Object.entries(own ?? {})) headers[name.toLowerCase()] = value;
    return headers;
  }
}

function read<T>(answer: HttpAnswer, schema: z.ZodType<T>): DataApiAnswer<T> {
  // Of a 304, which has no body, only `getIfChanged` hears.
  const value = answer.status === 304 ? (undefined as T) : readAnswer(answer, schema);
  return new DataApiAnswer(answer.status, value, answer.headers);
}

/** The key itself, or its hash where it cannot be a header: always the same for the same key. */
export function idempotencyKey(key: string): string {
  return SENDABLE_KEY.test(key) ? key : `sha256:${createHash('sha256').update(key, 'utf16le').digest('hex')}`;
}
