import { jest } from '@jest/globals';
import { DataApiStatusError, DataApiUnreachableError } from './data-api.errors.js';
import { AttemptError } from './policy/attempt.error.js';
import type { HttpRequest, RenewableCredentials } from './request/http-request.js';
import { anUpstream, ORIGIN, outcome, POST, recorded } from './testing/fake-upstream.js';
import { randomFrom } from './testing/random.js';
import { anAnswer } from './testing/requests.js';
import { sleep } from './waiting/sleep.js';

const sync: Partial<HttpRequest> = {
  ...POST,
  target: '/api/v1/sync',
  retry: { attempts: 3, baseDelay: 5_000, factor: 2 },
};

describe('RetryInterceptor', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('lets a sync succeed on its third attempt, after waits drawn from 5 s and 10 s', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const { arrivals, request } = anUpstream((_, count) => (count < 3 ? 503 : 200));
    const synced = request(sync);
    await jest.advanceTimersByTimeAsync(20_000);
    await expect(synced).resolves.toBe(200);
    expect(arrivals).toEqual([0, 2_500, 7_500]);
  });

  it('fails after exactly three attempts, and says status, place and count', async () => {
    const { arrivals, request } = anUpstream(() => 503);
    const failed = outcome(request(sync));
    await jest.advanceTimersByTimeAsync(20_000);
    const error = await failed;
    expect(error).toBeInstanceOf(DataApiStatusError);
    expect(error).toMatchObject({
      code: 'HTTP_503',
      status: 503,
      attempts: 3,
      message: expect.stringMatching(/POST http:\/\/127\.0\.0\.1\/api\/v1\/sync answered 503 \(3 attempts\)/),
    });
    expect(arrivals).toHaveLength(3);
  });

  it('does not try again what cannot succeed', async () => {
    const { arrivals, request } = anUpstream(() => 422);
    await expect(request()).rejects.toMatchObject({ code: 'HTTP_422', attempts: 1 });
    expect(arrivals).toHaveLength(1);
  });

  it.each([401, 403])('calls %i UNAUTHORIZED, which ends the run', async (status) => {
    const { arrivals, request } = anUpstream(() => status);
    await expect(request()).rejects.toMatchObject({ code: 'UNAUTHORIZED', endsRun: true });
    expect(arrivals).toHaveLength(1);
  });

  it.each([404, 410])('says of %i that the item is gone', async (status) => {
    await expect(anUpstream(() => status).request(POST)).rejects.toMatchObject({ itemGone: true, endsRun: false });
  });

  it('does not send a POST without a key again once it may have arrived', async () => {
    const { arrivals, request } = anUpstream(() => new AttemptError('broken', 'reset'));
    await expect(request({ method: 'POST' })).rejects.toBeInstanceOf(DataApiUnreachableError);
    expect(arrivals).toHaveLength(1);
  });

  it('keeps the whole upstream waiting for as long as one answer asked', async () => {
    const { arrivals, request } = anUpstream((_, count) =>
      count === 1 ? anAnswer(429, '', { 'retry-after': '7' }) : 200,
    );
    const first = request();
    await jest.advanceTimersByTimeAsync(10);
    const second = request();
    await jest.advanceTimersByTimeAsync(6_980);
    expect(arrivals).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(20);
    await expect(Promise.all([first, second])).resolves.toEqual([200, 200]);
  });

  it('gives its place to others while it waits to try again', async () => {
    const { arrivals, request } = anUpstream((_, count) => (count === 1 ? 503 : 200), '1');
    const waiting = request({ retry: { baseDelay: 60_000 } });
    await jest.advanceTimersByTimeAsync(0);
    await expect(request()).resolves.toBe(200);
    expect(arrivals).toEqual([0, 0]);
    await jest.advanceTimersByTimeAsync(60_000);
    await expect(waiting).resolves.toBe(200);
  });

  it('sends the token that is good when it is the request’s turn, however long that took', async () => {
    const token = { header: '', endsAt: 0, fetched: 0 };
    const credentials: RenewableCredentials = {
      authorization: () => {
        if (Date.now() < token.endsAt) return token.header;
        Object.assign(token, { header: `Bearer t${++token.fetched}`, endsAt: Date.now() + 60_000 });
        return Promise.resolve(token.header);
      },
      reject: () => (token.endsAt = 0),
    };
    const { arrivals, request } = anUpstream(async ({ headers }) => {
      if (headers['authorization'] !== token.header || Date.now() >= token.endsAt) return 401;
      await sleep(40_000, undefined);
      return 200;
    }, '1');
    const sent = Array.from({ length: 10 }, () => outcome(request({ credentials })));
    await jest.advanceTimersByTimeAsync(20 * 60_000);
    expect(await Promise.all(sent)).toEqual(sent.map(() => 200));
    expect(arrivals).toHaveLength(10);
  });

  it('gives back the turn of a request that gets no token', async () => {
    let isGood = true;
    const credentials: RenewableCredentials = {
      authorization: () => (isGood ? 'Bearer t' : Promise.reject(new AttemptError('no token', 'it is down'))),
      reject: () => {},
    };
    const { request } = anUpstream(() => sleep(1_000, undefined).then(() => 200), '1');
    const retry = { attempts: 1 };
    const first = request();
    const second = outcome(request({ credentials, retry }));
    const third = request();
    await jest.advanceTimersByTimeAsync(500);
    isGood = false;
    await jest.advanceTimersByTimeAsync(3_000);
    expect(await second).toMatchObject({ code: 'UNREACHABLE', endsRun: true });
    await expect(Promise.all([first, third])).resolves.toEqual([200, 200]);
  });

  it('rejects with the signal’s reason during a backoff, a pause, an outage and in a queue', async () => {
    const abort = new AbortController();
    const { signal } = abort;
    const backingOff = anUpstream(() => 503).request({ retry: { baseDelay: 60_000 }, signal });
    const pausing = anUpstream(() => anAnswer(503, '', { 'retry-after': '3600' })).request({ signal });
    const upstream = anUpstream(() => 500);
    for (let failing = 0; failing < 10; failing++) void outcome(upstream.request({ signal }));
    await jest.advanceTimersByTimeAsync(0);
    const inOutage = upstream.request({ signal });
    const queue = anUpstream(() => new Promise(() => {}), '1');
    void queue.request();
    const queued = queue.request({ signal });
    const ends = [backingOff, pausing, inOutage, queued].map(outcome);
    const reason = new Error('shutdown');
    abort.abort(reason);
    expect(await Promise.all(ends)).toEqual([reason, reason, reason, reason]);
  });

  it('sends nothing when the signal has aborted before', async () => {
    const { arrivals, request } = anUpstream(() => 200);
    await expect(request({ signal: AbortSignal.abort(new Error('over')) })).rejects.toThrow('over');
    expect(arrivals).toEqual([]);
  });

  it('does not take two reminders of fifteen that always answer 500 for an outage', async () => {
    const { policy, request } = anUpstream(({ target }) => (/poisoned/.test(target) ? 500 : 200));
    const reminders = Array.from({ length: 15 }, (_, index) =>
      outcome(request({ ...POST, target: index === 3 || index === 14 ? '/poisoned' : '/fine' })),
    );
    await jest.advanceTimersByTimeAsync(2_000);
    const errors = (await Promise.all(reminders)).filter((end) => end instanceof Error);
    expect(errors).toMatchObject([
      { code: 'HTTP_500', attempts: 3 },
      { code: 'HTTP_500', attempts: 3 },
    ]);
    expect(policy.breakerState).toBe('closed');
  });

  it('gets 90 % out of an upstream that serves 20 at once, with less than 1 % refused', async () => {
    let inWork = 0;
    let served = 0;
    let refused = 0;
    const { request } = anUpstream(async () => {
      if (inWork === 20) return (void refused++, 429);
      inWork++;
      await sleep(20, undefined);
      inWork--;
      return (void served++, 200);
    });
    let over = false;
    const lane = async (): Promise<void> => {
      while (!over) await outcome(request(POST));
    };
    const lanes = Promise.all(Array.from({ length: 64 }, lane));
    await jest.advanceTimersByTimeAsync(2_000);
    served = refused = 0;
    await jest.advanceTimersByTimeAsync(10_000);
    expect(served).toBeGreaterThanOrEqual(0.9 * 20 * 500);
    expect(refused / (served + refused)).toBeLessThan(0.01);
    over = true;
    await jest.advanceTimersByTimeAsync(30_000);
    await lanes;
  });

  it('goes on growing while answers are the requests’ own fault', async () => {
    const { policy, request } = anUpstream(async () => {
      await sleep(20, undefined);
      return 422;
    });
    const lanes = Promise.all(Array.from({ length: 200 }, () => outcome(request(POST))));
    await jest.advanceTimersByTimeAsync(500);
    await lanes;
    expect(policy.concurrencyLimit).toBe(64);
  });

  it('is done with a batch in seconds whose poisoned items have only their retries left', async () => {
    const { policy, request } = anUpstream(({ target }) => (target === '/poisoned' ? 500 : 200));
    const items = Array.from({ length: 60 }, (_, index) =>
      outcome(request({ ...POST, target: index % 3 ? '/fine' : '/poisoned' })),
    );
    await jest.advanceTimersByTimeAsync(1_000);
    const errors = (await Promise.all(items)).filter((end) => end instanceof Error);
    expect(errors).toHaveLength(20);
    expect(policy.breakerState).toBe('closed');
  });

  it('sends at most 100 requests in an outage of 60 s, loses none, and recovers in 30 s', async () => {
    let down = false;
    const { arrivals, request } = anUpstream(async () => {
      await sleep(10, undefined);
      return down ? 503 : 200;
    });
    let done = 0;
    let failed = 0;
    let over = false;
    const lane = async (): Promise<void> => {
      while (!over)
        await request(POST).then(
          () => done++,
          () => failed++,
        );
    };
    const lanes = Array.from({ length: 64 }, lane);
    await jest.advanceTimersByTimeAsync(1_000);
    const before = arrivals.length;
    down = true;
    await jest.advanceTimersByTimeAsync(60_000);
    down = false;
    expect(arrivals.length - before).toBeLessThanOrEqual(100);
    expect(failed).toBe(0);
    await jest.advanceTimersByTimeAsync(30_000);
    const back = done;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(done - back).toBeGreaterThan(64 * 95);
    over = true;
    await jest.advanceTimersByTimeAsync(100);
    await Promise.all(lanes);
  });

  it('keeps retries near a tenth of the traffic when a quarter of it fails for good', async () => {
    const { arrivals, request } = anUpstream(async ({ target }) => {
      await sleep(20, undefined);
      return target === '/poisoned' ? 500 : 200;
    });
    let requests = 0;
    const lane = async (): Promise<void> => {
      while (requests < 4_000) await outcome(request({ ...POST, target: requests++ % 4 ? '/' : '/poisoned' }));
    };
    const lanes = Promise.all(Array.from({ length: 40 }, lane));
    await jest.advanceTimersByTimeAsync(60_000);
    await lanes;
    const retries = arrivals.length - requests;
    expect(retries / requests).toBeGreaterThan(0.05);
    expect(retries / requests).toBeLessThan(0.15);
  });

  it('lets requests wait for the end of an outage even when there is no budget left', async () => {
    let down = false;
    const { request } = anUpstream(async ({ target }) => {
      await sleep(10, undefined);
      return down || target === '/poisoned' ? 500 : 200;
    });
    for (let item = 0; item < 60; item++) void outcome(request({ ...POST, target: item % 3 ? '/fine' : '/poisoned' }));
    await jest.advanceTimersByTimeAsync(1_000);
    down = true;
    const caught = Array.from({ length: 16 }, () => outcome(request(POST)));
    await jest.advanceTimersByTimeAsync(1_000);
    down = false;
    await jest.advanceTimersByTimeAsync(30_000);
    const failed = (await Promise.all(caught)).filter((end) => end instanceof Error);
    // Some fail before it is known to be an outage.
    expect(failed.length).toBeLessThan(8);
  });

  it('sends another probe when the one under way is cancelled', async () => {
    let down = true;
    const { arrivals, request } = anUpstream((_, count) => (down ? 500 : count === 6 ? new Promise(() => {}) : 200));
    const failing = Array.from({ length: 5 }, () => outcome(request({ retry: { attempts: 1 } })));
    await Promise.all(failing);
    down = false;
    const abort = new AbortController();
    const probe = request({ signal: abort.signal });
    const next = request();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(arrivals).toHaveLength(6);
    abort.abort(new Error('cancelled'));
    await expect(probe).rejects.toThrow('cancelled');
    await jest.advanceTimersByTimeAsync(1);
    await expect(next).resolves.toBe(200);
  });

  it('gives every request all its attempts when a random fifth of all answers is 503', async () => {
    const random = randomFrom(1);
    const { request } = anUpstream(() => (random() < 0.2 ? 503 : 200), '16');
    const ends: Promise<unknown>[] = [];
    for (let sent = 0; sent < 2_000; sent++) {
      ends.push(outcome(request(POST)));
      await jest.advanceTimersByTimeAsync(1);
    }
    await jest.advanceTimersByTimeAsync(60_000);
    const errors = (await Promise.all(ends)).filter((end) => end instanceof Error);
    // 0.2³ of 2,000 are expected to fail three times.
    expect(errors.length).toBeLessThan(50);
    expect(errors.every((error) => (error as DataApiStatusError).attempts === 3)).toBe(true);
  });

  it('passes on an error that is not the failure of an attempt, and gives the place back', async () => {
    const { request } = anUpstream(() => new TypeError('a bug'), '1');
    await expect(request()).rejects.toThrow(TypeError);
    await expect(request()).rejects.toThrow(TypeError);
  });

  it('reports every attempt that was sent, with what came of it', async () => {
    const { events, request } = anUpstream((_, count) => (count === 1 ? new AttemptError('broken', 'reset') : 204));
    const sent = recorded(events, 'request.sent');
    const answered = request({ method: 'DELETE', target: '/a?secret=1', retry: { baseDelay: 1 } });
    await jest.advanceTimersByTimeAsync(1);
    await answered;
    const facts = { host: ORIGIN, method: 'DELETE', path: '/a', durationMs: expect.any(Number) };
    expect(sent).toEqual([
      { ...facts, attempt: 1, status: null, problem: 'broken' },
      { ...facts, attempt: 2, status: 204, problem: null },
    ]);
  });

  it('reports a retry before it waits, with its delay and its reason', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const { events, request } = anUpstream((_, count) => (count === 1 ? 503 : 200));
    const retried = recorded(events, 'request.retried');
    const answered = request();
    await jest.advanceTimersByTimeAsync(0);
    expect(retried).toMatchObject([{ path: '/', attempt: 1, status: 503, delayMs: 100, error: 'answered 503' }]);
    await jest.advanceTimersByTimeAsync(100);
    await answered;
    expect(retried).toHaveLength(1);
  });

  it('reports a pause of more than a second once, and no shorter one', async () => {
    const { events, request } = anUpstream((_, count) =>
      count < 4 ? anAnswer(429, '', { 'retry-after': count === 1 ? '1' : '30' }) : 200,
    );
    const paused = recorded(events, 'upstream.paused');
    const answers = Promise.all([request(), request(), request()]);
    await jest.advanceTimersByTimeAsync(0);
    expect(paused).toEqual([{ host: ORIGIN, pauseMs: 30_000 }]);
    await jest.advanceTimersByTimeAsync(30_000);
    await answers;
    expect(paused).toHaveLength(1);
  });

  it('reports that an outage begins, with its reason, and that it is over, once each', async () => {
    let down = true;
    const { events, request } = anUpstream(() => (down ? 502 : 200));
    const opened = recorded(events, 'upstream.opened');
    const closed = recorded(events, 'upstream.closed');
    const requests = Array.from({ length: 10 }, () => outcome(request()));
    await jest.advanceTimersByTimeAsync(0);
    expect(opened).toEqual([{ host: ORIGIN, error: 'answered 502' }]);
    down = false;
    await jest.advanceTimersByTimeAsync(5_000);
    await Promise.all(requests);
    expect([opened.length, closed]).toEqual([1, [{ host: ORIGIN }]]);
  });

  it('fails at once what cannot be sent, which is not a sign of an outage', async () => {
    const { arrivals, events, policy, request } = anUpstream(({ target }) =>
      target === '/odd' ? new AttemptError('unsendable', 'invalid x-a header') : 200,
    );
    const opened = recorded(events, 'upstream.opened');
    for (let sent = 0; sent < 30; sent++) {
      await expect(request({ ...POST, target: '/odd' })).rejects.toMatchObject({
        code: 'BAD_REQUEST',
        attempts: 0,
        message: `POST ${ORIGIN}/odd cannot be sent: invalid x-a header`,
      });
    }
    expect(arrivals).toHaveLength(30);
    expect(opened).toEqual([]);
    expect(policy.record.consecutiveFailures).toBe(0);
  });

  it('learns nothing of an outage from a probe that cannot be sent', async () => {
    const { policy, request } = anUpstream(({ target }, count) => {
      if (target === '/odd') return new AttemptError('unsendable', 'invalid x-a header');
      return count <= 5 ? 500 : 200;
    });
    await Promise.all(Array.from({ length: 5 }, () => outcome(request({ retry: { attempts: 1 } }))));
    const odd = outcome(request({ target: '/odd' }));
    await jest.advanceTimersByTimeAsync(1_000);
    await expect(odd).resolves.toMatchObject({ code: 'BAD_REQUEST' });
    expect(policy.breakerState).toBe('open');
    await expect(request()).resolves.toBe(200);
    expect(policy.breakerState).toBe('closed');
  });

  it('blames neither upstream nor token when this machine has no connection left', async () => {
    const { policy, request } = anUpstream(() => new AttemptError('no socket', 'connect EMFILE 127.0.0.1:80'));
    const requests = Array.from({ length: 30 }, () => outcome(request()));
    await jest.advanceTimersByTimeAsync(5_000);
    for (const error of await Promise.all(requests)) {
      expect(error).toMatchObject({
        code: 'UNREACHABLE',
        attempts: 3,
        message: expect.stringMatching(/EMFILE.*Raise the limit of open files.*ulimit -n/),
      });
    }
    expect(policy.breakerState).toBe('closed');
    expect(policy.concurrencyLimit).toBeLessThan(16);
  });
});
