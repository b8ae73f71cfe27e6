import { jest } from '@jest/globals';
import type { UpstreamShare } from '../../ledger/upstream-shares.js';
import { WorkerEvents } from '../../runs/worker-events.js';
import type { HttpRequest } from '../request/http-request.js';
import { policies } from '../testing/policies.js';
import { anAnswer } from '../testing/requests.js';
import type { Permit } from './admission.js';
import { AttemptError } from './attempt.error.js';

const GET = { method: 'GET', headers: {} } as HttpRequest;

/** The Data API's policy in one of several processes, and what becomes of it. */
function shared(environment: Readonly<Record<string, string>> = { DATA_API_CONCURRENCY: '8' }) {
  const events = new WorkerEvents();
  const seen: string[] = [];
  for (const name of ['upstream.opened', 'upstream.closed', 'upstream.paused'] as const)
    events.on(name, () => seen.push(name.replace('upstream.', '')));
  const all = policies(environment, events);
  const asked: string[] = [];
  all.askForExchange = (occasion) => asked.push(occasion);
  const policy = all.of('http://127.0.0.1');
  const sharing = policy.sharing!;
  const take = (share: Partial<UpstreamShare>) =>
    sharing.take({
      ...{ upstream: policy.origin, places: 8, pausedForMs: 0, outage: null, perSecondEach: null },
      ...share,
    });
  const admitted: Permit[] = [];
  const send = () => void Promise.resolve(policy.admit(undefined)).then((permit) => admitted.push(permit));
  const fail = (permit: Permit) => policy.failed(GET, permit, new AttemptError('no answer', 'silence'), 1);
  return { policy, sharing, take, send, fail, admitted, asked, seen };
}

const settled = (milliseconds = 0) => jest.advanceTimersByTimeAsync(milliseconds);

describe('an upstream that several processes share', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('has no place before one is granted, and asks for it', async () => {
    const { take, send, admitted, asked } = shared();
    send();
    await settled(60_000);
    expect(admitted).toHaveLength(0);
    expect(asked).toEqual(['routine']);
    take({ places: 1 });
    await settled();
    expect(admitted).toHaveLength(1);
  });

  it('says what it would send, and holds what is in flight beyond a smaller share', async () => {
    const { policy, sharing, take, send, admitted } = shared();
    take({ places: 4 });
    for (let request = 0; request < 6; request++) send();
    await settled();
    expect(sharing.use).toMatchObject({ bound: 8, demand: 6, held: 4 });
    expect(take({ places: 2 })).toBe(true);
    expect(sharing.use).toMatchObject({ held: 4 });
    policy.succeeded(admitted[0]!);
    policy.succeeded(admitted[1]!);
    await settled();
    expect(admitted).toHaveLength(4);
    expect(sharing.use).toMatchObject({ demand: 4, held: 2 });
  });

  it('starts no more requests a second than its part of the ceiling', async () => {
    const { policy, take, send, admitted } = shared({ DATA_API_CONCURRENCY: '8', DATA_API_RATE: '40/s' });
    take({ places: 2 });
    expect(policy.requestsPerSecond).toBe(10);
    for (let request = 0; request < 40; request++) send();
    let answered = 0;
    for (let step = 0; step < 50; step++) {
      await settled(20);
      while (answered < admitted.length) policy.succeeded(admitted[answered++]!);
    }
    expect(answered).toBeGreaterThanOrEqual(9);
    expect(answered).toBeLessThanOrEqual(12);
  });

  it('begins with the rate that others have found out, as much for each place, and tells its own', async () => {
    const { policy, take, send, admitted, asked, sharing } = shared();
    take({ places: 4, perSecondEach: 5 });
    expect(policy.requestsPerSecond).toBeGreaterThan(15);
    expect(policy.requestsPerSecond).toBeLessThanOrEqual(20);
    take({ places: 2, perSecondEach: 500 });
    expect(policy.requestsPerSecond).toBeGreaterThan(7);
    expect(policy.requestsPerSecond).toBeLessThanOrEqual(10);
    send();
    await settled(200);
    asked.splice(0);
    policy.failed(GET, admitted[0]!, new AttemptError('refused', 'answered 429', anAnswer(429)), 1);
    expect(asked).toEqual(['news']);
    expect(sharing.use.perSecond).toBeGreaterThan(0);
  });

  it('takes the pause that another one was asked for, and does not pass it on', async () => {
    const { sharing, take, send, admitted, seen } = shared();
    take({ pausedForMs: 3_000 });
    expect(seen).toEqual(['paused']);
    expect(sharing.use.pausedForMs).toBe(0);
    send();
    await settled(2_900);
    expect(admitted).toHaveLength(0);
    await settled(100);
    expect(admitted).toHaveLength(1);
  });

  it('believes no pause of others for longer than one of its own', () => {
    const { policy, take } = shared();
    take({ pausedForMs: 1e12 });
    expect(policy.pausedFor).toBeLessThanOrEqual(15 * 60_000);
  });

  it('opens when others have found it down, and lets one request look once they have found it up', async () => {
    const { policy, sharing, take, send, admitted, seen } = shared();
    take({ outage: { sinceMs: 10, probeInMs: 60_000 } });
    expect(policy.breakerState).toBe('open');
    expect(sharing.use.outage).toBeNull();
    for (let request = 0; request < 3; request++) send();
    await settled(30_000);
    expect(admitted).toHaveLength(0);
    take({});
    await settled();
    expect(admitted).toHaveLength(1);
    policy.succeeded(admitted[0]!);
    await settled();
    expect(admitted).toHaveLength(3);
    expect(seen).toEqual(['opened', 'closed']);
  });

  it('is looked at by this process when who found it down sends nothing', async () => {
    const { take, send, admitted } = shared();
    take({ outage: { sinceMs: 60_000, probeInMs: -1_000 } });
    send();
    await settled(2_000);
    expect(admitted).toHaveLength(1);
  });

  it('stays closed where it was answered since another one found it down', async () => {
    const { policy, take, send, admitted } = shared();
    take({});
    send();
    await settled();
    await settled(500);
    policy.succeeded(admitted[0]!);
    await settled(100);
    take({ outage: { sinceMs: 300, probeInMs: 60_000 } });
    expect(policy.breakerState).toBe('closed');
  });

  it('is told to others at once when it is down, when it is back, and when it asks for a pause', async () => {
    const { policy, sharing, take, send, fail, admitted, asked } = shared();
    take({});
    for (let failures = 0; failures < 5; failures++) {
      send();
      await settled();
      fail(admitted.pop()!);
    }
    expect(asked.splice(0)).toContain('news');
    expect(sharing.use.outage).toMatchObject({ sinceMs: 0 });
    send();
    await settled(1_100);
    policy.succeeded(admitted.pop()!);
    expect(asked.splice(0)).toContain('news');
    expect(sharing.use.outage).toBeNull();
    const answer = anAnswer(429, '', { 'retry-after': '5' });
    send();
    await settled();
    policy.failed(GET, admitted.pop()!, new AttemptError('refused', 'answered 429', answer), 1);
    expect(asked).toContain('news');
    expect(sharing.use.pausedForMs).toBe(5_000);
  });
});
