import { WorkerError } from '../runs/errors.js';
import type { HttpAnswer } from './request/http-request.js';

/** Where and how often it was tried. */
export interface FailedRequest {
  readonly method: string;
  /** Without the query, which may hold secrets. */
  readonly path: string;
  readonly attempts: number;
  /** The last answer, where there was one. */
  readonly answer?: HttpAnswer | undefined;
}

/** A request to the Data API failed for good. */
export abstract class DataApiError extends WorkerError {
  readonly method: string;
  readonly path: string;
  override readonly attempts: number;
  readonly status: number | null;
  // Not a property that a logger would print.
  readonly #answer: HttpAnswer | undefined;

  constructor(message: string, code: string, request: FailedRequest, options?: ErrorOptions) {
    super(message, code, options);
    this.method = request.method;
    this.path = request.path;
    this.attempts = request.attempts;
    this.status = request.answer?.status ?? null;
    this.#answer = request.answer;
  }

  get answer(): HttpAnswer | undefined {
    return this.#answer;
  }
}

/** No answer: the name does not resolve, the connection is refused or breaks, or the time is up. */
export class DataApiUnreachableError extends DataApiError {
  override readonly name = 'DataApiUnreachableError';

  constructor(message: string, request: FailedRequest, options?: ErrorOptions) {
    super(message, 'UNREACHABLE', request, options);
  }
}

/** The token endpoint gives no token: no request that needs one can be sent, whatever its item. */
export class DataApiTokenMissingError extends DataApiError {
  override readonly name = 'DataApiTokenMissingError';
  override readonly endsRun = true;

  constructor(message: string, request: FailedRequest, options?: ErrorOptions) {
    super(message, 'UNREACHABLE', request, options);
  }
}

/** The server's certificate cannot be trusted: that is configuration and does not pass. */
export class DataApiIdentityError extends DataApiError {
  override readonly name = 'DataApiIdentityError';
  override readonly endsRun = true;

  constructor(message: string, request: FailedRequest, options?: ErrorOptions) {
    super(message, 'UNREACHABLE', request, options);
  }
}

/** An answer began and did not end within `DATA_API_TIMEOUT`. */
export class DataApiTimeoutError extends DataApiError {
  override readonly name = 'DataApiTimeoutError';

  constructor(message: string, request: FailedRequest, options?: ErrorOptions) {
    super(message, 'REQUEST_TIMEOUT', request, options);
  }
}

/** A status that is not a success, redirects included. The code is `HTTP_<status>`. */
export class DataApiStatusError extends DataApiError {
  override readonly name = 'DataApiStatusError';
  override readonly itemGone: boolean;

  constructor(message: string, request: FailedRequest, options?: ErrorOptions) {
    super(message, `HTTP_${request.answer?.status}`, request, options);
    this.itemGone = this.status === 404 || this.status === 410;
  }
}

/** 401, or a 403 that is not a pause: no request will succeed until the token is mended. */
export class DataApiUnauthorizedError extends DataApiError {
  override readonly name = 'DataApiUnauthorizedError';
  override readonly endsRun = true;

  constructor(message: string, request: FailedRequest, options?: ErrorOptions) {
    super(message, 'UNAUTHORIZED', request, options);
  }
}

/** A 2xx that proves nothing: unreadable, too large, not of the schema, or reporting a failure. */
export class DataApiAnswerError extends DataApiError {
  override readonly name = 'DataApiAnswerError';

  constructor(message: string, request: FailedRequest, options?: ErrorOptions) {
    super(message, 'BAD_ANSWER', request, options);
  }
}

/** A request that cannot be sent as it is written. Nothing was sent. */
export class DataApiRequestError extends DataApiError {
  override readonly name = 'DataApiRequestError';

  constructor(message: string, request: FailedRequest, options?: ErrorOptions) {
    super(message, 'BAD_REQUEST', request, options);
  }
}

/** An id that cannot be part of a path without meaning something else there. Nothing was sent. */
export class ItemIdError extends WorkerError {
  override readonly name = 'ItemIdError';
  override readonly attempts = 0;

  constructor(message: string) {
    super(message, 'BAD_ID');
  }
}
