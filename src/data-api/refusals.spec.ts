import { jest } from '@jest/globals';
import { DataApiStatusError } from './data-api.errors.js';
import { AttemptError } from './policy/attempt.error.js';
import { anUpstream, ORIGIN, outcome, POST, recorded } from './testing/fake-upstream.js';
import { anAnswer } from './testing/requests.js';

const HOUR = 3_600_000;

const refused = (headers: Record<string, string> = {}, status = 429) => anAnswer(status, '', headers);

/** Milliseconds from the first request to the second. */
async function pauseAfter(status: number, headers: Record<string, string>): Promise<number> {
  jest.spyOn(Math, 'random').mockReturnValue(0);
  const { arrivals, request } = anUpstream((_, count) => (count === 1 ? refused(headers, status) : 200));
  const answer = request(POST);
  await jest.advanceTimersByTimeAsync(HOUR);
  await expect(answer).resolves.toBe(200);
  const [first = 0, second = 0] = arrivals;
  return second - first;
}

describe('A refusal', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it.each<[string, number, Record<string, string>]>([
    ['429', 429, {}],
    ['429 with Retry-After', 429, { 'retry-after': '1' }],
    ['503 with Retry-After', 503, { 'retry-after': '1' }],
    ['503 with a quota that is used up', 503, { ratelimit: '"x";r=0;t=1' }],
    ['403 with Retry-After', 403, { 'retry-after': '1' }],
    ['403 with a quota that is used up', 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' }],
    ['403 with a quota that is used up, without its reset', 403, { 'x-ratelimit-remaining': '0' }],
  ])('spends no attempt: %s', async (_, status, headers) => {
    const { arrivals, request } = anUpstream((__, count) => (count <= 20 ? refused(headers, status) : 200));
    const answer = request({ ...POST, retry: { attempts: 1 } });
    await jest.advanceTimersByTimeAsync(HOUR);
    await expect(answer).resolves.toBe(200);
    expect(arrivals).toHaveLength(21);
  });

  it('leaves all attempts to what fails afterwards', async () => {
    const { request } = anUpstream((_, count) => (count <= 5 ? refused() : 500));
    const error = outcome(request(POST));
    await jest.advanceTimersByTimeAsync(HOUR);
    await expect(error).resolves.toMatchObject({ status: 500, attempts: 3 });
  });

  it('takes nothing from the retry budget', async () => {
    const { arrivals, request } = anUpstream(({ target }, count) =>
      target === '/limited' && count <= 100 ? refused() : target === '/limited' ? 200 : 500,
    );
    const limited = Promise.all(Array.from({ length: 20 }, () => request({ ...POST, target: '/limited' })));
    await jest.advanceTimersByTimeAsync(HOUR);
    await limited;
    const before = arrivals.length;
    const failing = outcome(request({ ...POST, target: '/failing' }));
    await jest.advanceTimersByTimeAsync(10_000);
    await failing;
    expect(arrivals.length - before).toBe(3);
  });

  it('is waited for longer and longer when the upstream does not say for how long', async () => {
    const { arrivals, request } = anUpstream(() => (performance.now() < over ? refused() : 200));
    const over = performance.now() + 60_000;
    const answers = Promise.all(Array.from({ length: 20 }, () => request()));
    await jest.advanceTimersByTimeAsync(HOUR);
    await answers;
    const probes = arrivals.filter((at) => at < 60_000);
    expect(probes.length).toBeLessThanOrEqual(4 + 17);
    expect(probes.filter((at) => at >= 1_000).length).toBeLessThanOrEqual(8);
  });

  it('is not sent again at once, time after time, when it alone is refused', async () => {
    const { arrivals, request } = anUpstream(({ target }) => (target === '/refused' ? refused() : 200));
    const abort = new AbortController();
    const alone = outcome(request({ ...POST, target: '/refused', signal: abort.signal }));
    let others = 0;
    while (performance.now() < 60_000) {
      void request().then(() => others++);
      await jest.advanceTimersByTimeAsync(100);
    }
    abort.abort(new Error('over'));
    await expect(alone).resolves.toMatchObject({ message: 'over' });
    expect(others).toBeGreaterThan(590);
    expect(arrivals.length - others).toBeLessThanOrEqual(20);
  });

  it.each(['a fixed', 'a fetched'])('is its own failure, with %s token, when a 503 meets it alone', async (token) => {
    const { request } = anUpstream(({ target }) => (target === '/refused' ? 503 : 200));
    const credentials = { authorization: async () => 'Bearer t', reject: () => undefined };
    const signal = new AbortController().signal;
    const alone = outcome(
      request({ ...POST, target: '/refused', signal, ...(token === 'a fetched' && { credentials }) }),
    );
    let ended = false;
    void alone.then(() => (ended = true));
    while (!ended && performance.now() < 60_000) {
      void request();
      await jest.advanceTimersByTimeAsync(100);
    }
    expect(ended).toBe(true);
    await expect(alone).resolves.toMatchObject({ code: 'HTTP_503' });
  });

  it.each<[string, Record<string, string>, number]>([
    ['Retry-After: 2.0', { 'retry-after': '2.0' }, 2_000],
    ['Retry-After: 2.5', { 'retry-after': '2.5' }, 2_500],
    ['Retry-After: 0.35', { 'retry-after': '0.35' }, 350],
    ['Retry-After: 3, 3', { 'retry-after': '3, 3' }, 3_000],
    ['RateLimit: "x";r=0;t=2', { ratelimit: '"x";r=0;t=2' }, 2_000],
    ['X-RateLimit-Reset-After: 1.5', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': '1.5' }, 1_500],
  ])('is waited for at least as long as %s says', async (_, headers, least) => {
    await expect(pauseAfter(429, headers)).resolves.toBeGreaterThanOrEqual(least);
  });

  it.each([-20, 20])('with a date is read by the clock of a server that is %i s off', async (offset) => {
    const date = (seconds: number) => new Date(Date.now() + (offset + seconds) * 1_000).toUTCString();
    const pause = await pauseAfter(429, { date: date(0), 'retry-after': date(3) });
    expect(Math.abs(pause - 3_000)).toBeLessThan(1_000);
  });

  it('that asks for hours is asked about after 15 minutes, by one request', async () => {
    const { arrivals, request } = anUpstream((_, count) => (count <= 2 ? refused({ 'retry-after': '80000' }) : 200));
    const first = request();
    await jest.advanceTimersByTimeAsync(1_000);
    const others = Array.from({ length: 10 }, () => request());
    await jest.advanceTimersByTimeAsync(898_000);
    expect(arrivals).toEqual([0]);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(arrivals).toHaveLength(2);
    await jest.advanceTimersByTimeAsync(900_000);
    await expect(Promise.all([first, ...others])).resolves.toEqual(Array<number>(11).fill(200));
    expect(arrivals.slice(2).every((at) => at >= 1_800_000 && at < 1_802_000)).toBe(true);
  });

  it('that asks for hours is told as one pause, and its end when the upstream answers again', async () => {
    const { events, policy, request } = anUpstream((_, count) =>
      count === 1 ? refused({ 'retry-after': '80000' }) : 200,
    );
    const paused = recorded(events, 'upstream.paused');
    const opened = recorded(events, 'upstream.opened');
    const closed = recorded(events, 'upstream.closed');
    const answer = request();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(paused).toEqual([{ host: ORIGIN, pauseMs: 900_000 }]);
    expect(opened).toEqual([{ host: ORIGIN, error: 'answered 429' }]);
    expect(policy.record.lastError).toBe('answered 429');
    expect(closed).toEqual([]);
    await jest.advanceTimersByTimeAsync(900_000);
    await answer;
    expect(closed).toEqual([{ host: ORIGIN }]);
    expect(policy.record.lastError).toBeNull();
  });

  it('ends with the signal, however long it would go on', async () => {
    const { request } = anUpstream(() => refused({ 'retry-after': '600' }));
    const abort = new AbortController();
    const refusedForEver = outcome(request({ signal: abort.signal }));
    await jest.advanceTimersByTimeAsync(10 * HOUR);
    abort.abort(new Error('deadline'));
    await expect(refusedForEver).resolves.toMatchObject({ message: 'deadline' });
  });

  it.each<[string, Record<string, string>]>([
    ['without a word', {}],
    ['with Retry-After', { 'retry-after': '60' }],
    ['with hours', { 'retry-after': '80000' }],
  ])('%s fails a request that nothing bounds after half an hour', async (_, headers) => {
    const { request } = anUpstream(() => refused(headers));
    const failed = outcome(request({ signal: undefined }));
    await jest.advanceTimersByTimeAsync(0.49 * HOUR);
    const pending = Symbol('pending');
    expect(await Promise.race([failed, Promise.resolve(pending)])).toBe(pending);
    await jest.advanceTimersByTimeAsync(0.02 * HOUR);
    const error = await failed;
    expect(error).toBeInstanceOf(DataApiStatusError);
    expect(error).toMatchObject({ code: 'HTTP_429', message: expect.stringContaining('limits requests') });
  });

  it('fails a request that must not be sent again, and not its run', async () => {
    const { request } = anUpstream(() => refused({ 'x-ratelimit-remaining': '0' }, 403));
    await expect(request({ method: 'POST' })).rejects.toMatchObject({ code: 'HTTP_403', endsRun: false, attempts: 1 });
  });
});

describe('A 409 on a key', () => {
  const slow = new AttemptError('no answer', 'no answer within 10 ms');
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('waits for the first request with that key, and spends no attempt', async () => {
    const { arrivals, request } = anUpstream((_, count) =>
      count === 1 ? slow : arrivals.at(-1)! < 60_000 ? 409 : 200,
    );
    const answer = request({ ...POST, retry: { attempts: 2, baseDelay: 1 } });
    await jest.advanceTimersByTimeAsync(70_000);
    await expect(answer).resolves.toBe(200);
    expect(arrivals.length).toBeGreaterThan(15);
    expect(arrivals.length).toBeLessThan(60);
  });

  it('waits no longer than five minutes', async () => {
    const { arrivals, request } = anUpstream((_, count) => (count === 1 ? slow : 409));
    const failed = outcome(request({ ...POST, retry: { attempts: 2, baseDelay: 1 } }));
    await jest.advanceTimersByTimeAsync(310_000);
    await expect(failed).resolves.toMatchObject({ code: 'HTTP_409', attempts: 2 });
    expect(arrivals.at(-1)).toBeGreaterThan(290_000);
  });

  it('ends with the signal', async () => {
    const { request } = anUpstream((_, count) => (count === 1 ? slow : 409));
    const abort = new AbortController();
    const waiting = outcome(request({ ...POST, signal: abort.signal }));
    await jest.advanceTimersByTimeAsync(10_000);
    abort.abort(new Error('deadline'));
    await expect(waiting).resolves.toMatchObject({ message: 'deadline' });
  });

  it('is waited for in a run that was resumed, as long as one attempt may take', async () => {
    const { arrivals, request } = anUpstream(() => (arrivals.at(-1)! < 8_000 ? 409 : 200));
    const answer = request({ ...POST, resumed: true, timeout: 10_000, retry: { attempts: 1 } });
    await jest.advanceTimersByTimeAsync(20_000);
    await expect(answer).resolves.toBe(200);
  });

  it('is not waited for when no earlier attempt can be in work', async () => {
    const { arrivals, request } = anUpstream(() => 409);
    const failed = outcome(request(POST));
    await jest.advanceTimersByTimeAsync(10_000);
    await expect(failed).resolves.toMatchObject({ code: 'HTTP_409', attempts: 3 });
    expect(arrivals).toHaveLength(3);
  });

  it('takes nothing from the retry budget', async () => {
    const { arrivals, request } = anUpstream(({ target }, count) =>
      target === '/failing' ? 500 : count % 2 ? slow : 409,
    );
    const abort = new AbortController();
    const waiting = outcome(request({ ...POST, signal: abort.signal }));
    await jest.advanceTimersByTimeAsync(5_000);
    abort.abort(new Error('over'));
    await waiting;
    const before = arrivals.length;
    const failing = outcome(request({ ...POST, target: '/failing' }));
    await jest.advanceTimersByTimeAsync(10_000);
    await failing;
    expect(arrivals.length - before).toBe(3);
  });
});
