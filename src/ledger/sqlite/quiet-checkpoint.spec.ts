import { sql } from 'kysely';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeTemporaryFolders, slotClaim, TestLedger } from '../testing/test-ledger.js';

let ledger: TestLedger;

beforeEach(async () => {
  ledger = await TestLedger.open();
});

afterEach(async () => {
  await ledger.store.close();
  removeTemporaryFolders();
});

/** Pages that are in the write-ahead log only. */
async function backlog(): Promise<number> {
  const { rows } = await ledger.store.read((db) =>
    sql<{ log: number; checkpointed: number }>`pragma wal_checkpoint(noop)`.execute(db),
  );
  return rows[0] ? rows[0].log - rows[0].checkpointed : 0;
}

describe('the write-ahead log', () => {
  it('reaches the file in a pause after much was written, not within the writing', async () => {
    const missed = { record: { status: 'missed', reason: 'standstill '.repeat(100) } } as const;
    for (let burst = 0; burst < 8; burst++) {
      const slots = Array.from({ length: 1_000 }, (_, slot) => slotClaim('a', new Date(burst * 1_000 + slot), missed));
      await ledger.runs.claim(slots);
    }
    expect(await backlog()).toBeGreaterThan(2_000);
    while ((await backlog()) > 0) await sleep(20);
  });
});
