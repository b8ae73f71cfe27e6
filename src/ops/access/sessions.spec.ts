import type { WorkerSettings } from '../../config/settings.js';
import { SqlSessionLedger } from '../../ledger/sql/sql-session-ledger.js';
import { rowsOf } from '../../ledger/sql/transaction.js';
import { removeTemporaryFolders, TestLedger } from '../../ledger/testing/test-ledger.js';
import { HOUR } from '../../time/duration.js';
import { OpsTokens } from './ops-tokens.js';
import { Sessions } from './sessions.js';

const TOKEN = 'an-operator-token-of-32-characters';

describe('the session of a browser', () => {
  let ledger: TestLedger;

  beforeEach(async () => {
    ledger = await TestLedger.open();
  });
  afterEach(async () => {
    await ledger.store.close();
    removeTemporaryFolders();
  });

  function sessions(opsToken = TOKEN): Sessions {
    const tokens = new OpsTokens({ opsToken } as unknown as WorkerSettings);
    return new Sessions(new SqlSessionLedger(ledger.store, ledger.clock), tokens, ledger.clock);
  }

  it('lasts twelve hours, and no longer (security: auth)', async () => {
    const id = await sessions().begin(TOKEN, 'Ada', 'operator');
    ledger.clock.advance(12 * HOUR - 1);
    expect(await sessions().find(id)).toMatchObject({ name: 'Ada', role: 'operator' });
    ledger.clock.advance(1);
    expect(await sessions().find(id)).toBeNull();
  });

  it('ends with its logout, and with its token (security: auth)', async () => {
    const [one, other] = [
      await sessions().begin(TOKEN, 'Ada', 'operator'),
      await sessions().begin(TOKEN, 'Bob', 'operator'),
    ];
    await sessions().end(one);
    expect([await sessions().find(one), (await sessions().find(other))?.name]).toEqual([null, 'Bob']);
    expect(await sessions(`another-${TOKEN}`).find(other)).toBeNull();
  });

  it('is on record by hashes alone: who reads the ledger cannot log in (security: auth)', async () => {
    const id = await sessions().begin(TOKEN, 'Ada', 'operator');
    expect(Buffer.from(id, 'base64url')).toHaveLength(32);
    const rows = await ledger.store.read(() => rowsOf((db) => db.selectFrom('sessions').selectAll()));
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(id);
    expect(JSON.stringify(rows)).not.toContain(TOKEN);
  });
});
