import type { IncomingHttpHeaders } from 'node:http';
import type { RetryPolicy } from '../../worker/authoring/retry-policy.js';

/** One request, complete and in a form that can be sent any number of times. */
export interface HttpRequest {
  /** In upper case. */
  readonly method: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path and query, encoded. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  /**
   * One attempt, from the wait for a connection to the last byte of the answer, in milliseconds.
   */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly retry: RetryPolicy | undefined;
}

/** An answer that has arrived completely; its content coding is undone. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export const IDEMPOTENCY_KEY = 'idempotency-key';

/** Without the query, which may hold secrets. */
export function pathOf({ target }: HttpRequest): string {
  return target.split('?', 1)[0] ?? '';
}
