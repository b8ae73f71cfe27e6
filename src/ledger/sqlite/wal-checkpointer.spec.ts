import { jest } from '@jest/globals';
import { sql } from 'kysely';
import { firstOf } from '../sql/transaction.js';
import { missedClaim } from '../testing/claims.js';
import { removeTemporaryFolders, TestLedger } from '../testing/test-ledger.js';

let ledger: TestLedger;

beforeEach(async () => {
  ledger = await TestLedger.open();
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'] });
});

afterEach(async () => {
  jest.useRealTimers();
  await ledger.store.close();
  removeTemporaryFolders();
});

/** Pages that are in the write-ahead log only. */
async function backlog(): Promise<number> {
  const state = await ledger.store.read(() =>
    firstOf((db) => ({
      compile: () => sql<{ log: number; checkpointed: number }>`pragma wal_checkpoint(noop)`.compile(db),
    })),
  );
  return state ? state.log - state.checkpointed : 0;
}

describe('the write-ahead log', () => {
  it('reaches the file in a pause after much was written, not within the writing', async () => {
    for (let burst = 0; burst < 8; burst++) {
      const slots = Array.from({ length: 1_000 }, (_, slot) => new Date(burst * 1_000 + slot));
      await ledger.runs.claim(slots.map((slot) => missedClaim('a', slot, 'standstill '.repeat(100))));
    }
    expect(await backlog()).toBeGreaterThan(2_000);
    jest.advanceTimersByTime(250);
    expect(await backlog()).toBe(0);
  });
});
