import { ConcurrencyLimit } from './concurrency-limit.js';

interface Traffic {
  served: number;
  refused: number;
}

/**
 * An upstream that answers after one round and refuses what is beyond its capacity; and callers
 * that always want to send more than they may, but at most `most` at once. Returns what happened in
 * `rounds` rounds.
 */
function drive(limit: ConcurrencyLimit, capacity: number, rounds: number, most = Infinity): Traffic {
  const traffic = { served: 0, refused: 0 };
  for (let round = 0; round < rounds; round++) {
    const sent: number[] = [];
    while (!limit.isReached && limit.inFlight < most) sent.push(limit.acquire());
    for (const [place, sequence] of sent.entries()) {
      if (place < capacity) limit.succeeded(sequence);
      else limit.overloaded(sequence);
      traffic[place < capacity ? 'served' : 'refused']++;
    }
    sent.forEach(() => limit.release());
  }
  return traffic;
}

const overload = (limit: ConcurrencyLimit) => {
  while (!limit.isReached) limit.acquire();
  limit.overloaded(limit.acquire());
};

describe('ConcurrencyLimit', () => {
  it('doubles every round, so that it reaches 64 within three', () => {
    const limit = new ConcurrencyLimit({ min: 1, max: 64 });
    drive(limit, Infinity, 3);
    expect(limit.value).toBe(64);
  });

  it('finds a capacity of 20 and stays there, refused in less than 1 % of requests', () => {
    const limit = new ConcurrencyLimit({ min: 1, max: 64 });
    drive(limit, 20, 50);
    const { served, refused } = drive(limit, 20, 1_000);
    expect(served / 1_000).toBeGreaterThanOrEqual(0.9 * 20);
    expect(refused / (served + refused)).toBeLessThan(0.01);
  });

  it.each([1, 2, 3, 7, 40, 63])('finds a capacity of %i', (capacity) => {
    const limit = new ConcurrencyLimit({ min: 1, max: 64 });
    drive(limit, capacity, 200);
    expect(drive(limit, capacity, 500).served / 500).toBeGreaterThanOrEqual(0.9 * capacity);
  });

  it('follows a capacity that falls, and one that rises again', () => {
    const limit = new ConcurrencyLimit({ min: 1, max: 64 });
    drive(limit, 40, 200);
    drive(limit, 5, 60);
    expect(limit.value).toBeLessThanOrEqual(6);
    drive(limit, 50, 1_000);
    expect(limit.value).toBeGreaterThanOrEqual(45);
  });

  it('halves once for all that were in flight together', () => {
    const limit = new ConcurrencyLimit({ min: 1, max: 64 });
    drive(limit, Infinity, 3);
    const sequences = Array.from({ length: 64 }, () => limit.acquire());
    for (const sequence of sequences) limit.overloaded(sequence);
    expect(limit.value).toBe(32);
  });

  it('does not blame its size for the failures of a few requests', () => {
    const limit = new ConcurrencyLimit({ min: 1, max: 64 });
    for (let failure = 0; failure < 10; failure++) {
      limit.overloaded(limit.acquire());
      limit.release();
    }
    expect(limit.value).toBe(16);
  });

  it('does not grow while it is not used', () => {
    const limit = new ConcurrencyLimit({ min: 1, max: 64 });
    drive(limit, Infinity, 100, 10);
    expect(limit.value).toBe(16);
  });

  it('stays within its bounds', () => {
    const limit = new ConcurrencyLimit({ min: 4, max: 30 });
    drive(limit, Infinity, 100);
    expect(limit.value).toBe(30);
    for (let time = 0; time < 10; time++) overload(limit);
    expect(limit.value).toBe(4);
  });

  it('is fixed when both bounds are the same', () => {
    const limit = new ConcurrencyLimit({ min: 8, max: 8 });
    drive(limit, Infinity, 10);
    overload(limit);
    expect(limit.value).toBe(8);
  });
});
