import {
  DataApiAnswerError,
  type DataApiError,
  DataApiIdentityError,
  DataApiStatusError,
  DataApiTimeoutError,
  DataApiUnauthorizedError,
  DataApiUnreachableError,
  type FailedRequest,
} from './data-api.errors.js';
import { excerpt } from './answer/excerpt.js';
import type { AttemptError } from './policy/attempt.error.js';
import { type HttpRequest, pathOf } from './request/http-request.js';

/** What a caller gets when the last attempt failed: what happened, where, how often, what to do. */
export function failedRequest(request: HttpRequest, error: AttemptError, attempts: number): DataApiError {
  const path = pathOf(request);
  const failed: FailedRequest = { method: request.method, path, attempts, answer: error.answer };
  return new (classOf(error))(describe(request, path, error, attempts), failed, { cause: error });
}

function classOf({ problem, status }: AttemptError) {
  switch (problem) {
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
  const times = attempts === 1 ? '' : ` (${attempts} attempts)`;
  const remedy = remedyFor(error);
  const said = saidBy(request, error);
  return `${request.method} ${request.origin}${path} ${whatHappened(error)}${times}${said}${remedy ? `. ${remedy}` : ''}`;
}

function whatHappened({ problem, status, message }: AttemptError): string {
  if (problem === 'status') return `answered ${status}`;
  return status === undefined ? `failed: ${message}` : `answered ${status} with an invalid body: ${message}`;
}

/** The beginning of the answer, without the token, which a server may repeat. */
function saidBy({ headers }: HttpRequest, { answer }: AttemptError): string {
  if (!answer || answer.body.length === 0) return '';
  return `: ${excerpt(answer.body, headers['authorization']?.replace(/^\S+ /, ''))}`;
}

function remedyFor({ problem, status = 0 }: AttemptError): string | undefined {
  if (problem === 'status') return remedyForStatus(status);
  if (problem === 'slow answer') return 'Raise DATA_API_TIMEOUT if that is normal';
  if (problem === 'identity') return 'NODE_EXTRA_CA_CERTS names a file of further authorities';
  const unreachable = problem === 'not sent' || problem === 'no answer' || problem === 'broken';
  return unreachable ? 'Check DATA_API_URL, and whether the Data API is up' : undefined;
}

function remedyForStatus(status: number): string | undefined {
  if (status === 401 || status === 403) return 'Check DATA_API_TOKEN and what it is allowed to do';
  if (status === 429) return 'The Data API limits requests: lower DATA_API_CONCURRENCY if this goes on';
  if (status >= 500) return 'See the log of the Data API';
  if (status < 400) return 'Redirects are not followed: DATA_API_URL must be the final address';
  return undefined;
}
