import type { Provider } from '@nestjs/common';
import type { z } from 'zod';
import { DataApiClient } from '../data-api.client.js';

export interface FakeRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  /** The `Idempotency-Key`. */
  readonly key?: string;
}

/**
 * A Data API for task specs: records what it is asked, and has the task's schema check what
 * `answer` returns.
 */
export class FakeDataApi {
  readonly requests: FakeRequest[] = [];

  /** `answer` may throw, as the client does when a request has failed for good. */
  constructor(private readonly answer: (request: FakeRequest) => unknown) {}

  /** For the providers of a testing module, in place of the real client. */
  get provider(): Provider {
    return { provide: DataApiClient, useValue: this };
  }

  async get<T>(path: string, schema: z.ZodType<T>, options?: Partial<FakeRequest>): Promise<T> {
    return this.request('GET', path, schema, options);
  }

  async post<T>(path: string, schema: z.ZodType<T>, options?: Partial<FakeRequest>): Promise<T> {
    return this.request('POST', path, schema, options);
  }

  async delete<T>(path: string, schema: z.ZodType<T>, options?: Partial<FakeRequest>): Promise<T> {
    return this.request('DELETE', path, schema, options);
  }

  private request<T>(
    method: FakeRequest['method'],
    path: string,
    schema: z.ZodType<T>,
    { query, key }: Partial<FakeRequest> = {},
  ): T {
    const request = { method, path, ...(query && { query }), ...(key && { key }) };
    this.requests.push(request);
    return schema.parse(this.answer(request));
  }
}
