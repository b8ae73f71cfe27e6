import {
  DataApiAnswerError,
  type DataApiError,
  DataApiIdentityError,
  DataApiStatusError,
  DataApiTimeoutError,
  DataApiUnauthorizedError,
  DataApiUnreachableError,
} from './data-api.errors.js';
import { excerpt } from './answer/excerpt.js';
import type { AttemptError } from './policy/attempt.error.js';
import type { HttpRequest } from './request/http-request.js';

const TOKEN_REMEDY = 'Check DATA_API_TOKEN and what it is allowed to do';
const ADDRESS_REMEDY = 'Check DATA_API_URL, and whether the Data API is up';

/** The error that a caller sees when the last attempt has failed: what happened, where, how often, and what to do. */
export function failedRequest(request: HttpRequest, error: AttemptError, attempts: number): DataApiError {
  const [path = ''] = request.target.split('?', 1);
  const { problem, answer, status = 0 } = error;
  const options = { cause: error };
  const failed = { method: request.method, path, attempts, answer };
  const times = attempts === 1 ? '' : ` (${attempts} attempts)`;
  const say = (what: string, remedy?: string) =>
    `${request.method} ${request.origin}${path} ${what}${times}${shown(request, error)}${remedy ? `. ${remedy}` : ''}`;

  switch (problem) {
    case 'status': {
      const what = `answered ${status}`;
      if (!answer) break;
      if (status === 401 || status === 403) {
        return new DataApiUnauthorizedError(say(what, TOKEN_REMEDY), failed, options);
      }
      return new DataApiStatusError(say(what, remedyOf(status)), { ...failed, answer }, options);
    }
    case 'unreadable':
    case 'unexpected':
    case 'too large':
      return new DataApiAnswerError(
        say(`answered ${status || 'something'} which is no success: ${error.message}`),
        failed,
        options,
      );
    case 'slow answer':
      return new DataApiTimeoutError(
        say(`failed: ${error.message}`, 'Raise DATA_API_TIMEOUT if that is normal'),
        failed,
        options,
      );
    case 'identity':
      return new DataApiIdentityError(
        say(`failed: ${error.message}`, 'NODE_EXTRA_CA_CERTS names a file of further authorities'),
        failed,
        options,
      );
  }
  return new DataApiUnreachableError(say(`failed: ${error.message}`, ADDRESS_REMEDY), failed, options);
}

function remedyOf(status: number): string | undefined {
  if (status >= 300 && status < 400) return 'Redirects are not followed: DATA_API_URL must be the final address';
  if (status === 429) return 'The Data API wants fewer requests: lower DATA_API_CONCURRENCY if this goes on';
  if (status >= 500) return 'Look into the log of the Data API';
  return undefined;
}

/** The beginning of the answer, without the token in case the server repeats it. */
function shown({ headers }: HttpRequest, { answer }: AttemptError): string {
  if (!answer || answer.body.length === 0) return '';
  return `: ${excerpt(answer.body, headers['authorization']?.replace(/^\S+ /, ''))}`;
}
