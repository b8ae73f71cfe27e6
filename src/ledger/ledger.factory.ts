import type { WorkerSettings } from '../config/settings.js';
import type { WorkerEvents } from '../runs/worker-events.js';
import type { Clock } from '../time/clock.js';
import type { CommandLedger } from './command-ledger.js';
import type { ItemLedger } from './item-ledger.js';
import type { LedgerArchive } from './ledger-archive.js';
import type { LedgerConnection } from './ledger-connection.js';
import type { RunHistory } from './run-history.js';
import type { RunQueue } from './run-queue.js';
import type { RunLogLedger } from './run-log-ledger.js';
import type { ServiceLedger } from './service-ledger.js';
import type { SlotHistory } from './slot-history.js';
import { SqlCommandLedger } from './sql/sql-command-ledger.js';
import { SqlItemLedger } from './sql/sql-item-ledger.js';
import { SqlLedgerArchive } from './sql/sql-ledger-archive.js';
import { SqlRunHistory } from './sql/sql-run-history.js';
import { SqlRunLogLedger } from './sql/sql-run-log-ledger.js';
import { SqlServiceLedger } from './sql/sql-service-ledger.js';
import { SqlSlotHistory } from './sql/sql-slot-history.js';
import { createStore } from './store.factory.js';

/** The parts of the ledger that a process needs which executes no runs. */
export interface Ledger {
  readonly connection: LedgerConnection;
  readonly history: RunHistory;
  readonly items: ItemLedger;
  readonly services: ServiceLedger;
  readonly commands: CommandLedger;
  readonly slots: SlotHistory;
  readonly logs: RunLogLedger;
  readonly archive: LedgerArchive;
  readonly queue: RunQueue | null;
}

/** What `LedgerModule` provides, by hand: a command that only looks starts much sooner. */
export function createLedger(settings: WorkerSettings, clock: Clock, events: WorkerEvents): Ledger {
  const { store, queue } = createStore(settings.database, clock, events);
  return {
    connection: store,
    history: new SqlRunHistory(store, clock),
    items: new SqlItemLedger(store, clock),
    services: new SqlServiceLedger(store, clock),
    commands: new SqlCommandLedger(store, clock),
    slots: new SqlSlotHistory(store),
    logs: new SqlRunLogLedger(store),
    archive: new SqlLedgerArchive(store),
    queue,
  };
}
