import { InterleavedDatabase, InterleavingStore } from '../testing/interleaving-store.js';
import { describeLedger } from '../testing/ledger.conformance.js';
import type { LedgerProcess } from '../testing/ledger-under-test.js';
import { TestClock } from '../testing/test-clock.js';
import { SqlCommandLedger } from './sql-command-ledger.js';
import { SqlRunLogLedger } from './sql-run-log-ledger.js';
import { SqlSlotHistory } from './sql-slot-history.js';
import { SqlItemLedger } from './sql-item-ledger.js';
import { SqlAlertLedger } from './sql-alert-ledger.js';
import { SqlLedgerStatistics } from './sql-ledger-statistics.js';
import { SqlRunHistory } from './sql-run-history.js';
import { SqlRunLedger } from './sql-run-ledger.js';
import { SqlServiceLedger } from './sql-service-ledger.js';
import { SqlScheduleLedger } from './sql-schedule-ledger.js';

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
        const process = {
          runs: new SqlRunLedger(store, clock),
          history: new SqlRunHistory(store, clock),
          items: new SqlItemLedger(store, clock),
          schedules: new SqlScheduleLedger(store),
          commands: new SqlCommandLedger(store, clock),
          statistics: new SqlLedgerStatistics(store, clock),
          services: new SqlServiceLedger(store, clock),
          alerts: new SqlAlertLedger(store),
          slots: new SqlSlotHistory(store),
          logs: new SqlRunLogLedger(store),
          end: async () => store.end(),
        };
        stores.set(process, store);
        return process;
      },
      presumeDead: async (process) => stores.get(process)?.presumeDead(),
      remove: async () => database.close(),
    };
  },
  { second: 'service' },
);
