import { jest } from '@jest/globals';
import { Admission, type Permit } from './admission.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { ConcurrencyLimit } from './concurrency-limit.js';
import { RateLimit } from './rate/rate-limit.js';

function anAdmission(places: number) {
  const breaker = new CircuitBreaker();
  const limit = new ConcurrencyLimit({ min: places, max: places });
  const rate = new RateLimit();
  const admission = new Admission(breaker, limit, rate);
  const admitted: string[] = [];
  const enter = async (name: string, signal?: AbortSignal): Promise<Permit> => {
    const permit = await admission.request(signal);
    admitted.push(name);
    return permit;
  };
  const open = () => {
    for (let failure = 0; failure < 20; failure++) breaker.failed({}, 1, false, 0);
  };
  const release = () => {
    rate.passed(
      { sequence: 1, sentAt: performance.now(), pace: { perSecond: 0, isHeldBack: false, inFlight: 1 } },
      performance.now(),
    );
    admission.release();
  };
  return { breaker, limit, admission, admitted, enter, open, release };
}

const settled = () => jest.advanceTimersByTimeAsync(0);

describe('Admission', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('admits at once, without a promise, while there are places', () => {
    const { admission } = anAdmission(2);
    expect(admission.request(undefined)).not.toBeInstanceOf(Promise);
  });

  it('admits by arrival when places become free', async () => {
    const { admitted, enter, release } = anAdmission(2);
    const entered = ['a', 'b', 'c', 'd', 'e'].map((name) => enter(name));
    await settled();
    expect(admitted).toEqual(['a', 'b']);
    release();
    release();
    await settled();
    expect(admitted).toEqual(['a', 'b', 'c', 'd']);
    release();
    await Promise.all(entered);
    expect(admitted).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('admits what becomes due between two looks at the clock', async () => {
    const { admission, admitted, enter } = anAdmission(1);
    const instants = [0, 9.8, 9.9, 10.1, 11, 12];
    jest.spyOn(performance, 'now').mockImplementation(() => instants.shift() ?? 13);
    admission.pauseFor(10);
    void enter('a');
    await jest.advanceTimersByTimeAsync(2);
    expect(admitted).toEqual(['a']);
  });

  it('lets no request overtake those that wait', async () => {
    const { limit, admitted, enter } = anAdmission(1);
    void enter('a');
    void enter('b');
    await settled();
    limit.release();
    void enter('c');
    await settled();
    expect(admitted).toEqual(['a', 'b']);
  });

  it('rejects with the signal’s reason, and keeps the order of the others', async () => {
    const { admission, admitted, enter } = anAdmission(1);
    const abort = new AbortController();
    void enter('a');
    const given = enter('b', abort.signal);
    void enter('c');
    await settled();
    abort.abort(new Error('shutdown'));
    await expect(given).rejects.toThrow('shutdown');
    admission.release();
    await settled();
    expect(admitted).toEqual(['a', 'c']);
  });

  it('pauses for the whole upstream, and then goes on by itself', async () => {
    const { admission, admitted, enter } = anAdmission(10);
    admission.pauseFor(5_000);
    void enter('a');
    void enter('b');
    await jest.advanceTimersByTimeAsync(4_999);
    expect(admitted).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(admitted).toEqual(['a', 'b']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('waits longer when the pause is extended meanwhile, and never shorter', async () => {
    const { admission, admitted, enter } = anAdmission(10);
    admission.pauseFor(5_000);
    void enter('a');
    await jest.advanceTimersByTimeAsync(1_000);
    admission.pauseFor(60_000);
    admission.pauseFor(1);
    await jest.advanceTimersByTimeAsync(59_999);
    expect(admitted).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(admitted).toEqual(['a']);
  });

  it('does not spin in a pause that is longer than a timer can be', async () => {
    const { admission, enter } = anAdmission(1);
    admission.pauseFor(2 ** 40);
    const arm = jest.spyOn(globalThis, 'setTimeout');
    const abort = new AbortController();
    const entered = enter('a', abort.signal);
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(arm).toHaveBeenCalledTimes(1);
    expect(arm.mock.calls[0]?.[1]).toBeGreaterThan(2 ** 30);
    abort.abort(new Error('over'));
    await expect(entered).rejects.toThrow('over');
  });

  it('sends one probe at a time while the breaker is open, and the rest when it closes', async () => {
    const { admission, breaker, admitted, enter, open } = anAdmission(10);
    open();
    const probe = enter('a');
    void enter('b');
    void enter('c');
    await jest.advanceTimersByTimeAsync(1_000);
    expect(admitted).toEqual(['a']);
    await expect(probe).resolves.toMatchObject({ probe: true });
    breaker.succeeded(true);
    admission.release();
    await settled();
    expect(admitted).toEqual(['a', 'b', 'c']);
  });

  it('sends nothing to an upstream whose breaker opened while a place was waited for', async () => {
    const { admission, admitted, enter, open } = anAdmission(1);
    void enter('a');
    void enter('b');
    await settled();
    open();
    admission.release();
    await jest.advanceTimersByTimeAsync(500);
    expect(admitted).toEqual(['a']);
    await jest.advanceTimersByTimeAsync(500);
    expect(admitted).toEqual(['a', 'b']);
  });
});
