import { sql } from 'kysely';
import { KEEP_ALL } from '../testing/claims.js';
import { removeTemporaryFolders, TestLedger } from '../testing/test-ledger.js';
import { DAY, HOUR } from '../../time/duration.js';
import { MAX_AUDIT_ENTRIES } from '../sql/side-records.js';
import { changesOf, firstOf } from '../sql/transaction.js';
import { SqlSessionLedger } from '../sql/sql-session-ledger.js';

const ANNA = { name: 'anna', role: 'operator', via: 'cli' } as const;

describe('what stands beside runs', () => {
  let ledger: TestLedger;

  beforeEach(async () => {
    ledger = await TestLedger.open();
  });
  afterEach(() => ledger.end());
  afterAll(removeTemporaryFolders);

  async function count(table: 'sessions' | 'idempotency_keys' | 'audit'): Promise<number> {
    const row = await ledger.store.read(() =>
      firstOf((db) => db.selectFrom(table).select(sql<number>`count(*)`.as('rows'))),
    );
    return Number(row?.rows);
  }

  it('goes when it is over: sessions, and idempotency keys after a day', async () => {
    const sessions = new SqlSessionLedger(ledger.store, ledger.clock);
    const expiresAt = new Date(ledger.clock.now().getTime() + 12 * HOUR);
    await sessions.begin({ idHash: 'a', name: 'Ada', role: 'operator', tokenHash: 't', expiresAt });
    const command = { action: 'pause', task: 'a', until: null } as const;
    await ledger.commands.perform({ command, actor: ANNA, address: null, reason: null, idempotencyKey: 'k' });
    ledger.clock.advance(12 * HOUR - 1);
    await ledger.history.prune(KEEP_ALL);
    expect([await count('sessions'), await count('idempotency_keys')]).toEqual([1, 1]);
    ledger.clock.advance(1);
    await ledger.history.prune(KEEP_ALL);
    expect([await count('sessions'), await count('idempotency_keys')]).toEqual([0, 1]);
    ledger.clock.advance(DAY);
    await ledger.history.prune(KEEP_ALL);
    expect(await count('idempotency_keys')).toBe(0);
  });

  it('is at most 100,000 entries of the audit trail, the newest', async () => {
    const row = { at: ledger.clock.now().getTime(), actor: JSON.stringify(ANNA), action: 'pause', target: 'a' };
    const positions = [...Array.from({ length: 60 }, (_, at) => at + 1), MAX_AUDIT_ENTRIES + 50];
    const rows = positions.map((position) => ({ ...row, position }));
    await ledger.store.write(() => changesOf((db) => db.insertInto('audit').values(rows)));
    await ledger.history.prune(KEEP_ALL);
    expect(await count('audit')).toBe(11);
    const [newest] = await ledger.commands.audit({ limit: 1 });
    expect(newest?.position).toBe(MAX_AUDIT_ENTRIES + 50);
  });
});
