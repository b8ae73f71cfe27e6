import type { IncomingHttpHeaders } from 'node:http';
import type { Provider } from '@nestjs/common';
import type { z } from 'zod';
import { DataApiAnswer } from '../answer/data-api.answer.js';
import { DataApiClient } from '../data-api.client.js';
import { dataApiToken } from '../data-api.module.js';
import { heldAnswer } from '../dry-run/held-answer.js';
import { DataApiVerbs } from '../data-api.verbs.js';
import type { ChangeOptions, MethodOptions } from '../request/request-options.js';

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

/** An answer with headers or a status of its own; others are 200. */
export class FakeAnswer {
  constructor(
    readonly value: unknown,
    readonly headers: IncomingHttpHeaders = {},
    readonly status = 200,
  ) {}
}

/** The value of each answer, a `FakeAnswer`, or an error that the request fails with. */
type Script = readonly unknown[] | ((request: FakeRequest) => unknown);

/**
 * A Data API for task specs: records what it is asked, and has the task's schema check what it
 * answers. A list is played once, an entry for each request; a function may throw, as the client
 * does when a request has failed for good. In a dry run changes are held back, as by the client.
 */
export class FakeDataApi extends DataApiVerbs {
  readonly requests: FakeRequest[] = [];

  constructor(private readonly script: Script) {
    super();
  }

  /** For the providers of a testing module, in place of the real client. */
  get provider(): Provider {
    return { provide: DataApiClient, useValue: this };
  }

  /** The same in place of the client that `InjectDataApi` names. */
  providerOf(name: string): Provider {
    return { provide: dataApiToken(name), useValue: this };
  }

  async answer<M extends keyof MethodOptions, T>(
    method: M,
    path: string,
    schema: z.ZodType<T>,
    options: MethodOptions[M],
  ): Promise<DataApiAnswer<T>> {
    const held = heldAnswer(method, path, schema, options);
    if (held) return held;
    const { query, body, headers, key } = options as ChangeOptions;
    const request: FakeRequest = {
      method,
      path,
      ...(query && { query }),
      ...(body !== undefined && { body }),
      ...(headers && Object.keys(headers).length > 0 && { headers }),
      ...(key && { key }),
    };
    this.requests.push(request);
    const played = this.play(request);
    if (played instanceof Error) throw played;
    const { value, headers: answered, status } = played instanceof FakeAnswer ? played : new FakeAnswer(played);
    return new DataApiAnswer(status, status === 304 ? (undefined as T) : schema.parse(value), answered);
  }

  private play(request: FakeRequest): unknown {
    if (typeof this.script === 'function') return this.script(request);
    const { length } = this.requests;
    if (length <= this.script.length) return this.script[length - 1];
    throw new Error(
      `The script of FakeDataApi ends after ${length - 1} requests; ${request.method} ${request.path} came`,
    );
  }
}
