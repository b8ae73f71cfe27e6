import { setTimeout as delay } from 'node:timers/promises';
import type { DependencyState } from '../health/dependency-monitor.js';
import { anyAnswer } from './answer/any-answer.js';
import { afterFailures, json, status, type World, world } from './testing/data-api.world.js';
import { http } from './testing/raw.server.js';

const fast = { retry: { attempts: 3, baseDelay: 1 } };
const once = { retry: { attempts: 1 } };
const failed = (promise: Promise<unknown>) => expect(promise).rejects.toThrow();

function stateOf({ monitor }: World): DependencyState {
  const [state, ...more] = monitor.states();
  if (!state || more.length > 0) throw new Error('The Data API is the only one here');
  return state;
}

describe('DataApiMonitor', () => {
  it('is up before anything was asked of it, and while single attempts fail', async () => {
    await using api = await world(afterFailures(2, status(503), json({})));
    expect(stateOf(api)).toMatchObject({
      name: 'data_api',
      status: 'up',
      detail: { breaker: 'closed', lastError: null },
    });
    await api.dataApi.get('/a', anyAnswer, fast);
    expect(stateOf(api)).toMatchObject({ status: 'up', detail: { consecutiveFailures: 0, failingSince: null } });
  });

  it('is degraded after three failed attempts in a row, and says since when and how', async () => {
    await using api = await world(status(503));
    const since = Date.now();
    await failed(api.dataApi.get('/a', anyAnswer, fast));
    const { status: state, detail } = stateOf(api);
    expect(state).toBe('degraded');
    expect(detail).toMatchObject({ breaker: 'closed', consecutiveFailures: 3, lastError: 'answered 503' });
    expect(Date.parse(detail['failingSince'] as string)).toBeGreaterThanOrEqual(since);
  });

  it('names the reason as long as the breaker is open, whatever late answers say', async () => {
    const late = Promise.withResolvers<void>();
    await using api = await world((socket, head) => {
      if (!head.includes('/late')) return status(502)(socket, head, 0);
      void late.promise.then(() => status(404)(socket, head, 0));
    });
    const answer = api.dataApi.get('/late', anyAnswer);
    await Promise.all(Array.from({ length: 10 }, () => failed(api.dataApi.get('/a', anyAnswer, once))));
    late.resolve();
    await failed(answer);
    const { status: state, detail } = stateOf(api);
    expect(state).toBe('degraded');
    expect(detail).toMatchObject({ breaker: 'open', lastError: 'answered 502', failingSince: expect.any(String) });
  });

  it('says until when the upstream asked to be sent nothing', async () => {
    const abort = new AbortController();
    await using api = await world((socket) => socket.write(http(429, '', { 'retry-after': '60' })));
    const refused = failed(api.dataApi.get('/a', anyAnswer, { signal: abort.signal }));
    while (stateOf(api).detail['pausedUntil'] === null) await delay(1);
    expect(Date.parse(stateOf(api).detail['pausedUntil'] as string)).toBeGreaterThan(Date.now() + 50_000);
    expect(stateOf(api).status).toBe('up');
    abort.abort();
    await refused;
  });

  it('is not degraded by answers that are the requests’ fault', async () => {
    await using api = await world(status(422));
    for (let sent = 0; sent < 10; sent++) await failed(api.dataApi.get('/a', anyAnswer));
    expect(stateOf(api)).toMatchObject({ status: 'up' });
  });
});
