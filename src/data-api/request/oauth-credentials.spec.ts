import { jest } from '@jest/globals';
import type { HttpTransport } from '../transport/http-transport.js';
import type { HttpAnswer, HttpRequest } from './http-request.js';
import { OAuthCredentials } from './oauth-credentials.js';

const SETTINGS = {
  tokenUrl: 'http://127.0.0.1/oauth/token?tenant=1',
  clientId: 'wörker',
  clientSecret: 's3cret+',
  scope: 'read write',
};

type Reply = HttpAnswer | Error;
const reply = (status: number, body: unknown): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(body)),
});

/** Credentials before an endpoint that replies as told, by default with token after token. */
function credentials(replies: (count: number) => Reply | Promise<Reply> = tokens(3_600)) {
  const requests: HttpRequest[] = [];
  const send = async (request: HttpRequest): Promise<HttpAnswer> => {
    requests.push(request);
    const replied = await replies(requests.length);
    if (replied instanceof Error) throw replied;
    return replied;
  };
  const oauth = new OAuthCredentials(SETTINGS, 5_000, { send } as HttpTransport);
  return { requests, oauth, authorization: async () => oauth.authorization(undefined) };
}

const tokens = (seconds?: number) => (count: number) =>
  reply(200, { access_token: `t${count}`, token_type: 'bearer', expires_in: seconds });

describe('OAuth client credentials', () => {
  // The library takes its time from Date, which must go on with the rest.
  beforeEach(() =>
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout', 'clearTimeout'] }),
  );
  afterEach(() => jest.useRealTimers());

  it('are exchanged for a token as RFC 6749 says', async () => {
    const { authorization, requests } = credentials();
    expect(await authorization()).toBe('Bearer t1');
    expect(requests).toMatchObject([
      {
        method: 'POST',
        origin: 'http://127.0.0.1',
        target: '/oauth/token?tenant=1',
        timeout: 5_000,
        headers: { authorization: `Basic ${Buffer.from('w%C3%B6rker:s3cret%2B').toString('base64')}` },
      },
    ]);
    expect(Object.fromEntries(new URLSearchParams(String(requests[0]?.body)))).toEqual({
      grant_type: 'client_credentials',
      scope: 'read write',
    });
  });

  it('are exchanged once for all who wait', async () => {
    const { authorization, requests } = credentials();
    const headers = await Promise.all(Array.from({ length: 50 }, authorization));
    expect(new Set(headers)).toEqual(new Set(['Bearer t1']));
    expect(await authorization()).toBe('Bearer t1');
    expect(requests).toHaveLength(1);
  });

  it('are renewed before the token ends, while the old one serves', async () => {
    const { authorization, requests, oauth } = credentials();
    await authorization();
    jest.advanceTimersByTime(3_539_000);
    expect(oauth.authorization(undefined)).toBe('Bearer t1');
    expect(requests).toHaveLength(1);
    jest.advanceTimersByTime(2_000);
    expect(oauth.authorization(undefined)).toBe('Bearer t1');
    await requestsAre(requests, 2);
    expect(await authorization()).toBe('Bearer t2');
  });

  it('are renewed by all who wait when the token has ended', async () => {
    const { authorization, requests } = credentials();
    await authorization();
    jest.advanceTimersByTime(3_601_000);
    expect(await Promise.all([authorization(), authorization()])).toEqual(['Bearer t2', 'Bearer t2']);
    expect(requests).toHaveLength(2);
  });

  it('are not renewed for a time after a renewal has failed', async () => {
    const { oauth, authorization, requests } = credentials((count) =>
      count === 2 ? new Error('down') : tokens(100)(count),
    );
    await authorization();
    jest.advanceTimersByTime(95_000);
    expect(oauth.authorization(undefined)).toBe('Bearer t1');
    await requestsAre(requests, 2);
    expect(oauth.authorization(undefined)).toBe('Bearer t1');
    await requestsAre(requests, 2);
    expect(requests).toHaveLength(2);
    jest.advanceTimersByTime(6_000);
    expect(await authorization()).toBe('Bearer t3');
  });

  it('serve for ever where the server names no end', async () => {
    const { authorization, oauth } = credentials(tokens());
    await authorization();
    jest.advanceTimersByTime(365 * 24 * 3_600_000);
    expect(oauth.authorization(undefined)).toBe('Bearer t1');
  });

  it('are exchanged anew for a token that was refused, once for all', async () => {
    const { authorization, requests, oauth } = credentials();
    const header = await authorization();
    oauth.reject(header);
    oauth.reject(header);
    expect(await Promise.all([authorization(), authorization()])).toEqual(['Bearer t2', 'Bearer t2']);
    oauth.reject(header);
    expect(await authorization()).toBe('Bearer t2');
    expect(requests).toHaveLength(2);
  });

  it.each<[string, string, string, Reply]>([
    ['no credentials', 'are refused', 'answered 401 (invalid_client)', reply(401, { error: 'invalid_client' })],
    ['no credentials', 'have another scope', 'answered 400 (invalid_scope)', reply(400, { error: 'invalid_scope' })],
    ['no credentials', 'are answered with a page', 'answered 200 without a usable token', reply(200, '<html>')],
    ['no credentials', 'are answered without a token', 'answered 200 without a usable token', reply(200, {})],
    ['no token', 'meet a server that is down', 'answered 503', reply(503, {})],
    ['no token', 'meet a server that limits', 'answered 429', reply(429, {})],
    [
      'no token',
      'do not reach their server',
      'cannot be reached: connect ECONNREFUSED',
      new Error('connect ECONNREFUSED'),
    ],
  ])('say %s where they %s', async (problem, _, message, replied) => {
    const { authorization } = credentials(() => replied);
    const refused = authorization();
    await expect(refused).rejects.toMatchObject({ problem, message: expect.stringContaining(message) });
    await expect(refused).rejects.toMatchObject({ message: expect.not.stringContaining('s3cret') });
  });

  it('are asked for once a second while there is no token, however many want one', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    const { authorization, requests } = credentials((count) => (count > 3 ? tokens(100)(count) : reply(503, {})));
    const persist = async (): Promise<string> => authorization().catch(persist);
    const all = Array.from({ length: 50 }, persist);
    for (let second = 1; second <= 3; second++) {
      await requestsAre(requests, second);
      expect(requests).toHaveLength(second);
      jest.advanceTimersByTime(1_000);
    }
    expect(new Set(await Promise.all(all))).toEqual(new Set(['Bearer t4']));
    expect(requests).toHaveLength(4);
  });

  it('are waited for no longer than the request’s signal says', async () => {
    const { oauth } = credentials(() => new Promise(() => {}));
    const abort = new AbortController();
    const waiting = expect(oauth.authorization(abort.signal)).rejects.toThrow('deadline');
    abort.abort(new Error('deadline'));
    await waiting;
  });
});

async function requestsAre(requests: readonly unknown[], count: number): Promise<void> {
  while (requests.length < count) await new Promise(setImmediate);
  // What is made of the answer.
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}
