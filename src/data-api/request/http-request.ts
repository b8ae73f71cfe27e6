import type { IncomingHttpHeaders } from 'node:http';
import type { ApiSettings } from '../../config/settings.js';
import type { RetryPolicy } from '../../worker/authoring/retry-policy.js';

/** A proof of who asks that is fetched, and can be fetched anew. */
export interface RenewableCredentials {
  /**
   * The header `Authorization`: a promise where it must be fetched first. Rejects with an
   * `AttemptError`, `no token` or `no credentials`, or with the signal's reason when it aborts.
   */
  authorization(signal: AbortSignal | undefined): string | Promise<string>;
  /** Call when a 401 has answered this header: the next one is fetched anew, once for all. */
  reject(header: string): void;
}

export type NamedApi = Pick<ApiSettings, 'name' | 'prefix' | 'credentials'>;

/** One request, complete and in a form that can be sent any number of times. */
export interface HttpRequest {
  /** In upper case. */
  readonly method: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path and query, encoded. */
  readonly target: string;
  /** The path of the target as its kind, with `{id}` for what is data, where that is known. */
  readonly template?: string | undefined;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  /** One attempt, from the wait for a connection to the end of the answer, in milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly retry: RetryPolicy | undefined;
  /** For who does not authenticate by a header of the request. */
  readonly credentials?: RenewableCredentials | undefined;
  /** What no message may show, beside the header `Authorization`. */
  readonly secret?: string | undefined;
  /** The API that it goes to, for messages. Default: the Data API. */
  readonly api?: NamedApi | undefined;
  /** An earlier attempt of the run may have sent it, and it may still be in work. */
  readonly resumed?: boolean | undefined;
}

/** An answer that has arrived completely; its content coding is undone. */
export interface HttpAnswer {
  readonly status: number;
  /** The words that HTTP/1.1 puts after the status. */
  readonly reason?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export const IDEMPOTENCY_KEY = 'idempotency-key';

/** Methods that are safe to repeat by definition (RFC 9110 §9.2.2), and QUERY, which is safe. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'QUERY', 'PUT', 'DELETE']);

/** Whether its effect is the same when it is sent again after it may have arrived. */
export function isRepeatable(request: HttpRequest): boolean {
  return IDEMPOTENT.has(request.method) || IDEMPOTENCY_KEY in request.headers;
}

/** Whether it is its key that makes it repeatable. */
export function isKeyed({ method, headers }: HttpRequest): boolean {
  return IDEMPOTENCY_KEY in headers && !IDEMPOTENT.has(method);
}

/** Without the query, which may hold secrets. */
export function pathOf({ target }: HttpRequest): string {
  return target.split('?', 1)[0] ?? '';
}
