import type { RetryPolicy } from '../../worker/authoring/retry-policy.js';
import type { Query } from './path.js';

/** What every request can be given. */
export interface RequestOptions {
  /** Entries that are undefined are not sent; of a list, each entry is, all under its name. */
  readonly query?: Query;
  /** Beside those of the client, and in place of those of the same name. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: the signal of the run that the request belongs to. */
  readonly signal?: AbortSignal;
  /** Default: that of the task. */
  readonly retry?: RetryPolicy;
  /** One attempt, in milliseconds. Default `DATA_API_TIMEOUT`. */
  readonly timeout?: number;
}

/** Of PUT and DELETE, which may be repeated as they are. */
export interface ChangeOptions extends RequestOptions {
  /**
   * Sent as JSON; `URLSearchParams` as a form, and bytes as they are, under the `content-type` of
   * `headers`.
   */
  readonly body?: unknown;
  /**
   * Names the business operation, never the run or the attempt, so that a repeat is recognised.
   * Sent as `Idempotency-Key`; a key that is not visible ASCII, or longer than 255 characters, is
   * sent as its hash.
   */
  readonly key?: string;
}

/** Of POST and PATCH, which only their key makes repeatable. */
export interface PostOptions extends ChangeOptions {
  readonly key: string;
}

/** What each method can be given. */
export interface MethodOptions {
  readonly GET: RequestOptions;
  readonly HEAD: RequestOptions;
  readonly PUT: ChangeOptions;
  readonly DELETE: ChangeOptions;
  readonly POST: PostOptions;
  readonly PATCH: PostOptions;
}
