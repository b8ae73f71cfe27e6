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
import { apiTitle, credentialAdvice } from '../config/api-words.js';
import { excerpt } from './answer/excerpt.js';
import type { AttemptError } from './policy/attempt.error.js';
import { type HttpRequest, type NamedApi, pathOf } from './request/http-request.js';

const DATA_API: NamedApi = { name: 'data', prefix: 'DATA_API_' };

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
  const remedy = remedyFor(error, request.api ?? DATA_API);
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

function remedyFor({ problem, status = 0 }: AttemptError, api: NamedApi): string | undefined {
  const { name, prefix } = api;
  switch (problem) {
    case 'status':
      return remedyForStatus(status, api);
    case 'refused':
      return `The ${apiTitle(name)} limits requests: set ${prefix}RATE to what it allows if this goes on`;
    case 'too large':
      return 'Ask for less at once: a list by a smaller pageSize';
    case 'slow answer':
      return `Raise ${prefix}TIMEOUT if that is normal`;
    case 'identity':
      return 'NODE_EXTRA_CA_CERTS names a file of further authorities';
    case 'no credentials':
      return credentialAdvice(api);
    case 'no token':
      return `Check ${prefix}OAUTH_TOKEN_URL, and whether the authorization server is up`;
    case 'no socket':
      return `Raise the limit of open files of the worker (ulimit -n, LimitNOFILE), or lower ${prefix}CONCURRENCY`;
    case 'not sent':
    case 'no answer':
    case 'broken':
      return `Check ${prefix}URL, and whether the ${apiTitle(name)} is up`;
    default:
      return undefined;
  }
}

function remedyForStatus(status: number, api: NamedApi): string | undefined {
  if (status === 401 || status === 403) return credentialAdvice(api);
  if (status >= 500) return `See the log of the ${apiTitle(api.name)}`;
  if (status < 400) return `Redirects are not followed: ${api.prefix}URL must be the final address`;
  return undefined;
}
