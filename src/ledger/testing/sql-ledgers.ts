import type { Clock } from '../../time/clock.js';
import { SqlAlertLedger } from '../sql/sql-alert-ledger.js';
import { SqlChunkLedger } from '../sql/sql-chunk-ledger.js';
import { SqlCommandLedger } from '../sql/sql-command-ledger.js';
import { SqlItemLedger } from '../sql/sql-item-ledger.js';
import { SqlLedgerStatistics } from '../sql/sql-ledger-statistics.js';
import { SqlRunHistory } from '../sql/sql-run-history.js';
import { SqlRunLedger } from '../sql/sql-run-ledger.js';
import { SqlRunLogLedger } from '../sql/sql-run-log-ledger.js';
import { SqlRunSearch } from '../sql/sql-run-search.js';
import { SqlScheduleLedger } from '../sql/sql-schedule-ledger.js';
import { SqlServiceLedger } from '../sql/sql-service-ledger.js';
import { SqlSlotHistory } from '../sql/sql-slot-history.js';
import type { SqlStore } from '../sql/sql-store.js';
import type { LedgerProcess } from './ledger-under-test.js';

/** All that a process has of the ledger, over one store. */
export function sqlLedgers(store: SqlStore, clock: Clock): Omit<LedgerProcess, 'end'> {
  return {
    runs: new SqlRunLedger(store, clock),
    history: new SqlRunHistory(store, clock),
    search: new SqlRunSearch(store),
    items: new SqlItemLedger(store, clock),
    schedules: new SqlScheduleLedger(store),
    commands: new SqlCommandLedger(store, clock),
    statistics: new SqlLedgerStatistics(store, clock),
    services: new SqlServiceLedger(store, clock),
    alerts: new SqlAlertLedger(store),
    slots: new SqlSlotHistory(store),
    logs: new SqlRunLogLedger(store),
    chunks: new SqlChunkLedger(store),
  };
}
