import { jest } from '@jest/globals';
import { CircuitBreaker } from './circuit-breaker.js';

const fail = (breaker: CircuitBreaker, requests: number, inFlight = 1) => {
  for (let request = 0; request < requests; request++) breaker.failed({}, 1, false, inFlight);
};

/** Milliseconds until the next probe is let through; it then fails. */
async function nextFailedProbe(breaker: CircuitBreaker): Promise<number> {
  const since = performance.now();
  while (!breaker.mayProbe(performance.now())) await jest.advanceTimersByTimeAsync(50);
  breaker.beginProbe();
  breaker.failed({}, 1, true, 1);
  return performance.now() - since;
}

describe('CircuitBreaker', () => {
  let breaker = new CircuitBreaker();

  beforeEach(() => {
    jest.useFakeTimers();
    breaker = new CircuitBreaker();
  });
  afterEach(() => jest.useRealTimers());

  it('opens when five requests in a row have failed', () => {
    fail(breaker, 4);
    expect(breaker.state).toBe('closed');
    fail(breaker, 1);
    expect(breaker.state).toBe('open');
  });

  it('counts requests and not attempts: the retries of poisoned items are not an outage', () => {
    fail(breaker, 4);
    for (let retry = 0; retry < 100; retry++) breaker.failed({}, 2 + (retry % 2), false, 2);
    expect(breaker.state).toBe('closed');
  });

  it('counts later attempts of what an outage has hit before', async () => {
    fail(breaker, 5);
    const hit = Array.from({ length: 5 }, () => ({}));
    for (const request of hit) breaker.failed(request, 1, false, 2);
    await jest.advanceTimersByTimeAsync(1_000);
    breaker.beginProbe();
    breaker.succeeded(true);
    for (const request of hit) breaker.failed(request, 2, false, 2);
    expect(breaker.state).toBe('open');
  });

  it('begins to count anew after a success', () => {
    for (let round = 0; round < 20; round++) {
      fail(breaker, 4);
      breaker.succeeded(false);
    }
    expect(breaker.state).toBe('closed');
  });

  it('wants more failures in a row the more are in flight, up to twenty', () => {
    fail(breaker, 19, 1_000);
    expect(breaker.state).toBe('closed');
    fail(breaker, 1, 1_000);
    expect(breaker.state).toBe('open');
  });

  it('admits one probe at a time, at doubling, jittered pauses from 1 s to 15 s', async () => {
    fail(breaker, 5);
    for (const pause of [1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
      const waited = await nextFailedProbe(breaker);
      expect(waited).toBeGreaterThanOrEqual(pause * 0.75);
      expect(waited).toBeLessThanOrEqual(pause + 50);
    }
  });

  it('lets no second probe through while one is under way', async () => {
    fail(breaker, 5);
    await jest.advanceTimersByTimeAsync(1_000);
    breaker.beginProbe();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(breaker.mayProbe(performance.now())).toBe(false);
    expect(breaker.state).toBe('probing');
  });

  it('closes when a probe succeeds, and not for an answer to what was sent before', async () => {
    fail(breaker, 5);
    breaker.succeeded(false);
    expect(breaker.state).toBe('open');
    await jest.advanceTimersByTimeAsync(1_000);
    breaker.beginProbe();
    breaker.succeeded(true);
    expect(breaker.state).toBe('closed');
  });

  it('lets another probe through at once when one was cancelled', async () => {
    fail(breaker, 5);
    await jest.advanceTimersByTimeAsync(1_000);
    breaker.beginProbe();
    breaker.probeAbandoned();
    expect(breaker.mayProbe(performance.now())).toBe(true);
  });

  it('starts over when requests beside the probe were answered in between', async () => {
    fail(breaker, 5);
    await nextFailedProbe(breaker);
    await nextFailedProbe(breaker);
    for (let restart = 0; restart < 3; restart++) {
      await jest.advanceTimersByTimeAsync(8_000);
      breaker.beginProbe();
      breaker.succeeded(true);
      breaker.succeeded(false);
      fail(breaker, 5);
      expect(breaker.probeAt - performance.now()).toBeLessThanOrEqual(1_000);
    }
  });

  it('does not take answers to what was sent before it opened for a recovery', async () => {
    fail(breaker, 5);
    await nextFailedProbe(breaker);
    await nextFailedProbe(breaker);
    await jest.advanceTimersByTimeAsync(4_000);
    breaker.succeeded(false);
    breaker.beginProbe();
    breaker.succeeded(true);
    fail(breaker, 5);
    expect(breaker.probeAt - performance.now()).toBeGreaterThan(1_000);
  });

  it('holds for as long as it is told, and then wants a probe', async () => {
    breaker.hold(900_000);
    await jest.advanceTimersByTimeAsync(899_999);
    expect(breaker.mayProbe(performance.now())).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(breaker.mayProbe(performance.now())).toBe(true);
  });

  it('goes on with its pauses when it opens again soon, and else starts over', async () => {
    fail(breaker, 5);
    await nextFailedProbe(breaker);
    await nextFailedProbe(breaker);
    await jest.advanceTimersByTimeAsync(4_000);
    breaker.beginProbe();
    breaker.succeeded(true);
    fail(breaker, 5);
    expect(await nextFailedProbe(breaker)).toBeGreaterThanOrEqual(6_000);

    await jest.advanceTimersByTimeAsync(15_000);
    breaker.beginProbe();
    breaker.succeeded(true);
    await jest.advanceTimersByTimeAsync(11_000);
    fail(breaker, 5);
    expect(await nextFailedProbe(breaker)).toBeLessThanOrEqual(1_050);
  });
});
