import { Logger } from '@nestjs/common';
import { anyAnswer } from './answer/any-answer.js';
import { afterFailures, json, status, world } from './testing/data-api.world.js';

const fast = { retry: { attempts: 3, baseDelay: 1 } };
const failed = (promise: Promise<unknown>) => expect(promise).rejects.toThrow();

describe('DataApiMonitor', () => {
  beforeAll(() => void Logger.overrideLogger(false));

  it('is up before anything was asked of it, and while single attempts fail', async () => {
    await using api = await world(afterFailures(2, status(503), json({})));
    expect(api.monitor.state()).toMatchObject({
      name: 'data_api',
      status: 'up',
      detail: { breaker: 'closed', lastError: null },
    });
    await api.dataApi.get('/a', anyAnswer, fast);
    expect(api.monitor.state()).toMatchObject({ status: 'up', detail: { consecutiveFailures: 0, failingSince: null } });
  });

  it('is degraded after three failed attempts in a row, and says since when and how', async () => {
    await using api = await world(status(503));
    const since = Date.now();
    await failed(api.dataApi.get('/a', anyAnswer, fast));
    const { status: state, detail } = api.monitor.state();
    expect(state).toBe('degraded');
    expect(detail).toMatchObject({ breaker: 'closed', consecutiveFailures: 3, lastError: 'answered 503' });
    expect(Date.parse(detail['failingSince'] as string)).toBeGreaterThanOrEqual(since);
  });

  it('is not degraded by answers that are the requests’ fault', async () => {
    await using api = await world(status(422));
    for (let sent = 0; sent < 10; sent++) await failed(api.dataApi.get('/a', anyAnswer));
    expect(api.monitor.state()).toMatchObject({ status: 'up' });
  });
});
