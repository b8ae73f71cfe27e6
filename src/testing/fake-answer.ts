import type { IncomingHttpHeaders } from 'node:http';
import type { MethodOptions } from '../data-api/request/request-options.js';

/** What a task has asked an API. */
export interface FakeRequest {
  readonly method: keyof MethodOptions;
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  /** As it was given, before it is encoded. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The `Idempotency-Key`. */
  readonly key?: string;
}

/** An answer with headers or a status of its own: `new FakeAnswer({ error: 'gone' }, {}, 410)`. */
export class FakeAnswer {
  constructor(
    readonly value: unknown,
    readonly headers: IncomingHttpHeaders = {},
    readonly status = 200,
  ) {}
}
