import { type HttpRequest, IDEMPOTENCY_KEY } from '../request/http-request.js';
import type { AttemptError } from './attempt.error.js';

/** Methods that are safe to repeat by definition (RFC 9110 §9.2.2), and QUERY, which is safe. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'QUERY', 'PUT', 'DELETE']);
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);
const OUTAGE = new Set([500, 502, 503, 504]);
const CONFLICT = 409;

/** Whether another attempt may be made, by what is known about this one alone. */
export function mayRepeat(request: HttpRequest, { problem, status }: AttemptError): boolean {
  const keyed = IDEMPOTENCY_KEY in request.headers;
  switch (problem) {
    case 'not sent':
      return true;
    case 'no answer':
    case 'slow answer':
    case 'broken':
    case 'unreadable':
      return keyed || IDEMPOTENT.has(request.method);
    case 'status':
      // A conflict on a key means that the first request with it is still in flight.
      if (status === CONFLICT) return keyed && !IDEMPOTENT.has(request.method);
      return PASSING.has(status ?? 0) && (keyed || IDEMPOTENT.has(request.method));
    default:
      return false;
  }
}

/** Whether it looks as if no request could be served. A 4xx comes from a server that is there. */
export function isOutage({ problem, status }: AttemptError): boolean {
  if (problem === 'status') return OUTAGE.has(status ?? 0);
  return problem !== 'too large' && problem !== 'unexpected';
}

/**
 * Whether a `Retry-After` is about the upstream: on a redirect or a 4xx it is about the resource.
 */
export function isAboutUpstream({ status }: AttemptError): boolean {
  return PASSING.has(status ?? 0);
}

/** Whether it looks as if fewer requests at once would have helped. */
export function isOverload({ problem, status }: AttemptError): boolean {
  return status === 429 || status === 503 || problem === 'no answer' || problem === 'slow answer';
}
