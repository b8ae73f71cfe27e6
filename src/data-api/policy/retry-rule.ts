import { type HttpRequest, isKeyed, isRepeatable } from '../request/http-request.js';
import type { AttemptError } from './attempt.error.js';

/** 520 to 530: Cloudflare and its like, about the server behind them. */
const GATEWAY = [502, 503, 504, 520, 521, 522, 523, 524, 529, 530];
const OUTAGE = new Set([500, ...GATEWAY]);
const PASSING = new Set([408, 425, ...OUTAGE]);
const OVERLOAD = new Set([429, 503, 529]);
/** On a key: the first request with it is still in work. */
export const CONFLICT = 409;

/** Whether another attempt may be made, by what is known about this one alone. */
export function mayRepeat(request: HttpRequest, { problem, status = 0 }: AttemptError): boolean {
  switch (problem) {
    case 'not sent':
    case 'no socket':
      return true;
    case 'no answer':
    case 'slow answer':
    case 'broken':
    case 'unreadable':
    case 'refused':
      return isRepeatable(request);
    case 'status':
      return PASSING.has(status) ? isRepeatable(request) : status === CONFLICT && isKeyed(request);
    default:
      return false;
  }
}

/** Whether the attempt has shown anything about the upstream. */
export function isAboutUpstream({ problem }: AttemptError): boolean {
  return problem !== 'unsendable' && problem !== 'no socket';
}

/** Whether it looks as if no request could be served. A 4xx comes from a server that is there. */
export function isOutage({ problem, status = 0 }: AttemptError): boolean {
  if (problem === 'status' || problem === 'refused') return OUTAGE.has(status);
  return problem !== 'too large' && problem !== 'unexpected';
}

/** Whether a pause that the answer asks for is the upstream's: on other answers, the resource's. */
export function pausesUpstream({ problem, status = 0 }: AttemptError): boolean {
  return problem === 'refused' || PASSING.has(status);
}

/** Whether it looks as if fewer requests at once would have helped. */
export function isOverload({ problem, status = 0 }: AttemptError): boolean {
  if (OVERLOAD.has(status)) return true;
  return problem === 'no answer' || problem === 'slow answer' || problem === 'no socket';
}
