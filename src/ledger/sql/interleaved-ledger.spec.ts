import { InterleavedDatabase, InterleavingStore } from '../testing/interleaving-store.js';
import { describeLedger } from '../testing/ledger.conformance.js';
import type { LedgerProcess } from '../testing/ledger-under-test.js';
import { sqlLedgers } from '../testing/sql-ledgers.js';
import { TestClock } from '../testing/test-clock.js';

describeLedger(
  'SQL that other processes come between',
  async () => {
    const clock = new TestClock();
    const database = await InterleavedDatabase.create();
    const stores = new Map<LedgerProcess, InterleavingStore>();
    return {
      clock,
      open: async (role) => {
        const store = new InterleavingStore(database, role);
        await store.enter(clock.now());
        const process = { ...sqlLedgers(store, clock), end: async () => store.end() };
        stores.set(process, store);
        return process;
      },
      presumeDead: async (process) => stores.get(process)?.presumeDead(),
      remove: async () => database.close(),
    };
  },
  { second: 'service', chunks: true },
);
