import { jest } from '@jest/globals';
import { StoreClock } from './store-clock.js';

describe('StoreClock', () => {
  const machine = new Date('2026-11-23T12:00:00Z');
  beforeEach(() => {
    jest.useFakeTimers({ now: machine });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('shows the time of the machine until it knows better', () => {
    expect(new StoreClock().now()).toEqual(machine);
  });

  it('shows the time of the database, whichever is ahead', () => {
    const clock = new StoreClock();
    expect(clock.follow(-300_000, 2)).toBe(true);
    expect(clock.now()).toEqual(new Date('2026-11-23T11:55:00Z'));
    expect(clock.follow(300_000, 2)).toBe(true);
    expect(clock.now()).toEqual(new Date('2026-11-23T12:05:00Z'));
  });

  it('does not follow what may be the delay of the network', () => {
    const clock = new StoreClock();
    expect(clock.follow(140, 50)).toBe(false);
    expect(clock.follow(-99, 0)).toBe(false);
    expect(clock.now()).toEqual(machine);
  });
});
