import { jest } from '@jest/globals';
import { HealthIndicatorService } from '@nestjs/terminus';
import { EventLoopIndicator } from './event-loop.indicator.js';

describe('EventLoopIndicator', () => {
  let indicator: EventLoopIndicator;
  let now = 0;

  /** Five seconds pass, and the timer comes so much later. */
  const pass = (lag = 0) => {
    now += 5_000 + lag;
    jest.advanceTimersByTime(5_000);
  };
  const status = () => indicator.check()['event_loop'];

  beforeEach(() => {
    jest.useFakeTimers();
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    indicator = new EventLoopIndicator(new HealthIndicatorService());
    indicator.onApplicationBootstrap();
  });

  afterEach(() => {
    indicator.onModuleDestroy();
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('is up before there is anything to tell', () => {
    expect(status()).toEqual({ status: 'up', lagMs: 0 });
  });

  it('forgives one pause, however long, and tells of it', () => {
    for (const lag of [0, 0, 600_000, 0]) pass(lag);
    expect(status()).toEqual({ status: 'up', lagMs: 600_000 });
  });

  it('is down when all of the last samples were late, and up again with the first that is not', () => {
    for (const lag of [2_100, 2_100]) pass(lag);
    expect(status()).toMatchObject({ status: 'up' });
    pass(2_100);
    expect(status()).toMatchObject({ status: 'down' });
    pass(0);
    expect(status()).toMatchObject({ status: 'up' });
  });
});
