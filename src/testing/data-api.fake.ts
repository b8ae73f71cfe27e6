import type { Provider } from '@nestjs/common';
import type { z } from 'zod';
import { DataApiAnswer } from '../data-api/answer/data-api.answer.js';
import { readAnswer } from '../data-api/answer/json-answer.js';
import { DataApiClient } from '../data-api/data-api.client.js';
import { dataApiToken } from '../data-api/data-api.module.js';
import { DataApiVerbs } from '../data-api/data-api.verbs.js';
import { heldAnswer } from '../data-api/dry-run/held-answer.js';
import { failedRequest } from '../data-api/failed-request.js';
import { AttemptError } from '../data-api/policy/attempt.error.js';
import type { HttpAnswer, HttpRequest } from '../data-api/request/http-request.js';
import { target } from '../data-api/request/path.js';
import type { ChangeOptions, MethodOptions } from '../data-api/request/request-options.js';
import { currentRunScope } from '../worker/execution/run-scope.js';
import { FakeAnswer, type FakeRequest } from './fake-answer.js';
import { FakeRoutes, type Routes } from './fake-routes.js';

/** What answers: a list, an entry for each request; a function of the request; or routes. */
export type Script = readonly unknown[] | ((request: FakeRequest) => unknown) | Routes;

const ORIGIN = 'http://fake';
const NOT_MODIFIED = 304;

/**
 * An API for task specs. It keeps what it is asked, answers as a server would, and its answers are
 * read as the client reads those of a real one: by the task's schema, and by their status.
 *
 *     const dataApi = new FakeDataApi({
 *       'GET /api/v1/orders': offsetList(orders),
 *       'POST /api/v1/orders/:id/process': ({ params }) => process(params.id),
 *     });
 *
 * An answer is a value, sent as JSON with the status 200; a `FakeAnswer` with another status or
 * headers; or an error, which fails the request, as does what a function throws. It is the last
 * one: the client's retries are behind it. In a dry run changes are held back, as by the client.
 *
 * Routes answer 404 and 405 for what they do not have, 304 for a version that the task knows, and
 * a repeated `Idempotency-Key` as the first time, without asking again, unless that had failed for
 * now (429, 5xx, an error).
 */
export class FakeDataApi extends DataApiVerbs {
  readonly requests: FakeRequest[] = [];
  private readonly respond: (request: FakeRequest) => unknown;

  constructor(script: Script) {
    super();
    if (typeof script === 'function') this.respond = script;
    else if (Array.isArray(script)) this.respond = (request) => this.play(script, request);
    else {
      const routes = new FakeRoutes(script as Routes);
      this.respond = (request) => routes.respond(request);
    }
  }

  /** For the providers of a test, in place of the client of the Data API. */
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
    const signal = options.signal ?? currentRunScope()?.signal;
    signal?.throwIfAborted();
    const sent = sentRequest(method, path, options);
    const request = fakeRequest(method, path, options);
    this.requests.push(request);
    const played = await this.respond(request);
    signal?.throwIfAborted();
    if (played instanceof Error) throw played;
    return read(sent, played instanceof FakeAnswer ? played : new FakeAnswer(played), schema);
  }

  private play(script: readonly unknown[], { method, path }: FakeRequest): unknown {
    const { length } = this.requests;
    if (length <= script.length) return script[length - 1];
    throw new Error(`The script of FakeDataApi ends after ${length - 1} requests; ${method} ${path} came`);
  }
}

function fakeRequest(method: keyof MethodOptions, path: string, options: ChangeOptions): FakeRequest {
  const { query, body, headers, key } = options;
  return {
    method,
    path,
    ...(query && { query }),
    ...(body !== undefined && { body }),
    ...(headers && Object.keys(headers).length > 0 && { headers }),
    ...(key && { key }),
  };
}

/** Throws for a path that the client would not send either. */
function sentRequest(method: string, path: string, { query }: ChangeOptions): HttpRequest {
  const unused = { headers: {}, body: null, timeout: 0, signal: undefined, retry: undefined };
  return { method, origin: ORIGIN, target: target('', path, query), ...unused };
}

function read<T>(request: HttpRequest, { value, headers, status }: FakeAnswer, schema: z.ZodType<T>): DataApiAnswer<T> {
  const body = Buffer.from(value === undefined || status === NOT_MODIFIED ? '' : JSON.stringify(value));
  const answer: HttpAnswer = { status, headers, body };
  try {
    if (status === NOT_MODIFIED) return new DataApiAnswer(status, undefined as T, headers);
    if (status < 200 || status > 299) throw new AttemptError('status', `answered ${status}`, answer);
    return new DataApiAnswer(status, readAnswer(answer, schema), headers);
  } catch (error) {
    throw error instanceof AttemptError ? failedRequest(request, error, 1) : error;
  }
}
