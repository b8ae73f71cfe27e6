import type { HttpRequest } from '../request/http-request.js';
import { aRequest, anAnswer } from '../testing/requests.js';
import { isRefusal } from './asked-pause.js';
import { AttemptError, type AttemptProblem } from './attempt.error.js';
import { isOutage, isOverload, mayRepeat } from './retry-rule.js';

const keyed = aRequest({ method: 'POST', headers: { 'idempotency-key': 'k' } });
const requests: Record<string, HttpRequest> = {
  GET: aRequest({ method: 'GET' }),
  DELETE: aRequest({ method: 'DELETE' }),
  PUT: aRequest({ method: 'PUT' }),
  'POST with a key': keyed,
  'POST without': aRequest({ method: 'POST' }),
};

function failure(what: AttemptProblem | number): AttemptError {
  if (typeof what !== 'number') return new AttemptError(what, '');
  const answer = anAnswer(what);
  return new AttemptError(isRefusal(answer) ? 'refused' : 'status', '', answer);
}

const gateway = [502, 503, 504, 520, 521, 522, 523, 524, 529, 530] as const;

const repeated = (what: AttemptProblem | number) =>
  Object.keys(requests).filter((name) => mayRepeat(requests[name] as HttpRequest, failure(what)));

const everything = Object.keys(requests);
const allButUnkeyedPost = ['GET', 'DELETE', 'PUT', 'POST with a key'];

describe('A request is tried again', () => {
  it.each(['not sent', 'no socket'] as const)('whatever it is, when it was %s', (what) => {
    expect(repeated(what)).toEqual(everything);
  });

  it.each(['no answer', 'slow answer', 'broken', 'unreadable', 408, 425, 429, 500, ...gateway] as const)(
    'after %p, unless it is a POST without a key, which may have had its effect',
    (what) => {
      expect(repeated(what)).toEqual(allButUnkeyedPost);
    },
  );

  it('after 409 when it is a POST with a key: the first is still in flight', () => {
    expect(repeated(409)).toEqual(['POST with a key']);
  });

  it.each([
    'unsendable',
    'identity',
    'too large',
    'unexpected',
    301,
    307,
    304,
    400,
    401,
    403,
    404,
    410,
    422,
    501,
    505,
    511,
    525,
    526,
  ] as const)('never after %p', (what) => {
    expect(repeated(what)).toEqual([]);
  });
});

describe('What an attempt shows about its upstream', () => {
  it.each(['not sent', 'no answer', 'slow answer', 'broken', 'unreadable', 500, ...gateway] as const)(
    '%p looks like an outage',
    (what) => expect(isOutage(failure(what))).toBe(true),
  );

  it.each([400, 401, 404, 408, 409, 422, 425, 429, 501, 'unexpected'] as const)(
    '%p comes from one that is there',
    (what) => expect(isOutage(failure(what))).toBe(false),
  );

  it.each([429, 503, 529, 'no answer', 'slow answer', 'no socket'] as const)('%p looks like too many at once', (what) =>
    expect(isOverload(failure(what))).toBe(true),
  );

  it.each([500, 502, 404, 'not sent', 'broken'] as const)('%p does not', (what) =>
    expect(isOverload(failure(what))).toBe(false),
  );
});
