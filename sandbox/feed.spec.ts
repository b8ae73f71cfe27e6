import { jest } from '@jest/globals';
import { startFeed } from './feed.ts';
import type { Sandbox } from './sandbox.ts';
import { startSandbox } from './sandbox-server.ts';

const DAY = 86_400_000;

describe('The feed', () => {
  let sandbox: Sandbox;
  let stop: () => void;

  beforeEach(async () => {
    sandbox = await startSandbox({ orders: 0, oldOrders: 0, bookings: 0, laterBookings: 0, startedBookings: 0 });
    jest.useFakeTimers({ now: Date.now() });
    stop = startFeed(sandbox, 1);
  });
  afterEach(async () => {
    stop();
    jest.useRealTimers();
    await sandbox.close();
  });

  it('keeps adding orders and upcoming bookings', () => {
    jest.advanceTimersByTime(10_000);
    const orders = sandbox.stats().pendingOrders;
    expect(orders).toBeGreaterThan(0);
    expect(sandbox.store.bookings.listStarting(Date.now(), Date.now() + DAY).length).toBeGreaterThan(0);
    jest.advanceTimersByTime(10_000);
    expect(sandbox.stats().pendingOrders).toBeGreaterThan(orders);
  });

  it('adds orders that cannot be processed for longer than five runs of the demo', () => {
    const secondsOf = new Map<string, number>();
    for (let second = 0; second < 120; second++) {
      jest.advanceTimersByTime(1_000);
      for (const id of sandbox.knobs.poisonedOrders) secondsOf.set(id, (secondsOf.get(id) ?? 0) + 1);
    }
    const [first, hopeless, second] = [...secondsOf.keys()];
    expect([secondsOf.get(first!), secondsOf.get(second!)]).toEqual([32, 32]);
    expect(sandbox.knobs.poisonedOrders).toEqual([hopeless]);
  });

  it('keeps orders that were poisoned by hand', () => {
    sandbox.setKnobs({ poisonedOrders: ['1'] });
    jest.advanceTimersByTime(60_000);
    expect(sandbox.knobs.poisonedOrders).toContain('1');
  });

  it('adds old orders for every cleanup', () => {
    for (let cleanup = 0; cleanup < 3; cleanup++) {
      jest.advanceTimersByTime(20_000);
      expect(sandbox.store.orders.deleteOlderThan(Date.now() - 30 * DAY)).toBeGreaterThan(0);
    }
  });

  it('stops when asked to', () => {
    stop();
    jest.advanceTimersByTime(10_000);
    expect(sandbox.stats().pendingOrders).toBe(0);
  });
});
