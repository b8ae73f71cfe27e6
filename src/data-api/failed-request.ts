import {
  DataApiAnswerError,
  type DataApiError,
  DataApiIdentityError,
  DataApiRequestError,
  DataApiStatusError,
  DataApiTimeoutError,
  DataApiTokenMissingError,
  DataApiUnauthorizedError,
  DataApiUnreachableError,
  type FailedRequest,
} from './data-api.errors.js';
import { excerpt } from './answer/excerpt.js';
import type { AttemptError } from './policy/attempt.error.js';
import { type HttpRequest, pathOf } from './request/http-request.js';

/** What a caller gets when the last attempt failed: what happened, where, how often, what to do. */
export function failedRequest(request: HttpRequest, error: AttemptError, made: number): DataApiError {
  const attempts = error.problem === 'unsendable' ? 0 : made;
  const path = pathOf(request);
  const failed: FailedRequest = { method: request.method, path, attempts, answer: error.answer };
  return new (classOf(error))(describe(request, path, error, attempts), failed, { cause: error });
}

function classOf({ problem, status }: AttemptError) {
  switch (problem) {
    case 'unsendable':
      return DataApiRequestError;
    case 'refused':
      return DataApiStatusError;
    case 'no credentials':
      return DataApiUnauthorizedError;
    case 'no token':
      return DataApiTokenMissingError;
    case 'status':
      return status === 401 || status === 403 ? DataApiUnauthorizedError : DataApiStatusError;
    case 'unreadable':
    case 'unexpected':
    case 'too large':
      return DataApiAnswerError;
    case 'slow answer':
      return DataApiTimeoutError;
    case 'identity':
      return DataApiIdentityError;
    default:
      return DataApiUnreachableError;
  }
}

function describe(request: HttpRequest, path: string, error: AttemptError, attempts: number): string {
  const times = attempts > 1 ? ` (${attempts} attempts)` : '';
  const remedy = remedyFor(error)?.replaceAll('DATA_API_', request.variables ?? 'DATA_API_');
  const said = saidBy(request, error);
  return `${request.method} ${request.origin}${path} ${whatHappened(error)}${times}${said}${remedy ? `. ${remedy}` : ''}`;
}

function whatHappened({ problem, status, message }: AttemptError): string {
  if (problem === 'status' || problem === 'refused') return `answered ${status}`;
  if (problem === 'unsendable') return `cannot be sent: ${message}`;
  return status === undefined ? `failed: ${message}` : `answered ${status} with an invalid body: ${message}`;
}

/** The beginning of the answer, without the token, which a server may repeat. */
function saidBy({ headers, secret }: HttpRequest, { answer }: AttemptError): string {
  if (!answer || answer.body.length === 0) return '';
  return `: ${excerpt(answer.body, headers['authorization']?.replace(/^\S+ /, ''), secret)}`;
}

function remedyFor({ problem, status = 0 }: AttemptError): string | undefined {
  switch (problem) {
    case 'status':
      return remedyForStatus(status);
    case 'refused':
      return 'The Data API limits requests: set DATA_API_RATE to what it allows if this goes on';
    case 'too large':
      return 'Ask for less at once: a list by a smaller pageSize';
    case 'slow answer':
      return 'Raise DATA_API_TIMEOUT if that is normal';
    case 'identity':
      return 'NODE_EXTRA_CA_CERTS names a file of further authorities';
    case 'no credentials':
      return 'Check DATA_API_OAUTH_CLIENT_ID, DATA_API_OAUTH_CLIENT_SECRET and DATA_API_OAUTH_SCOPE';
    case 'no token':
      return 'Check DATA_API_OAUTH_TOKEN_URL, and whether the authorization server is up';
    case 'no socket':
      return 'Raise the limit of open files of the worker (ulimit -n, LimitNOFILE), or lower DATA_API_CONCURRENCY';
    case 'not sent':
    case 'no answer':
    case 'broken':
      return 'Check DATA_API_URL, and whether the Data API is up';
    default:
      return undefined;
  }
}

function remedyForStatus(status: number): string | undefined {
  if (status === 401 || status === 403) return 'Check DATA_API_TOKEN and what it is allowed to do';
  if (status >= 500) return 'See the log of the Data API';
  if (status < 400) return 'Redirects are not followed: DATA_API_URL must be the final address';
  return undefined;
}
