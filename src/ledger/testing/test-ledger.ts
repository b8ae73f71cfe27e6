import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkerEvents } from '../../runs/worker-events.js';
import type { LedgerRole } from '../ledger-connection.js';
import type { ClaimedRun, Execution, RunClaim } from '../run-ledger.js';
import { SqlCommandLedger } from '../sql/sql-command-ledger.js';
import { SqlRunLogLedger } from '../sql/sql-run-log-ledger.js';
import { SqlRunSearch } from '../sql/sql-run-search.js';
import { SqlSlotHistory } from '../sql/sql-slot-history.js';
import { SqlItemLedger } from '../sql/sql-item-ledger.js';
import { SqlAlertLedger } from '../sql/sql-alert-ledger.js';
import { SqlLedgerStatistics } from '../sql/sql-ledger-statistics.js';
import { SqlRunHistory } from '../sql/sql-run-history.js';
import { SqlRunLedger } from '../sql/sql-run-ledger.js';
import { SqlServiceLedger } from '../sql/sql-service-ledger.js';
import { SqlScheduleLedger } from '../sql/sql-schedule-ledger.js';
import { SqliteStore } from '../sqlite/sqlite-store.js';
import { claimOne, start } from './claims.js';
import type { LedgerProcess } from './ledger-under-test.js';
import { TestClock } from './test-clock.js';

/** A real ledger in a folder of its own, or one more connection to such a ledger. */
export class TestLedger implements LedgerProcess {
  readonly store: SqliteStore;
  readonly runs: SqlRunLedger;
  readonly history: SqlRunHistory;
  readonly search: SqlRunSearch;
  readonly items: SqlItemLedger;
  readonly schedules: SqlScheduleLedger;
  readonly commands: SqlCommandLedger;
  readonly statistics: SqlLedgerStatistics;
  readonly services: SqlServiceLedger;
  readonly alerts: SqlAlertLedger;
  readonly slots: SqlSlotHistory;
  readonly logs: SqlRunLogLedger;
  readonly events = new WorkerEvents();

  constructor(
    readonly path: string,
    readonly clock = new TestClock(),
  ) {
    this.store = new SqliteStore(path, clock, this.events);
    this.runs = new SqlRunLedger(this.store, clock);
    this.history = new SqlRunHistory(this.store, clock);
    this.search = new SqlRunSearch(this.store);
    this.items = new SqlItemLedger(this.store, clock);
    this.schedules = new SqlScheduleLedger(this.store);
    this.commands = new SqlCommandLedger(this.store, clock);
    this.statistics = new SqlLedgerStatistics(this.store, clock);
    this.services = new SqlServiceLedger(this.store, clock);
    this.alerts = new SqlAlertLedger(this.store);
    this.slots = new SqlSlotHistory(this.store);
    this.logs = new SqlRunLogLedger(this.store);
  }

  static async open(role: LedgerRole = 'service', path = temporaryPath(), clock?: TestClock): Promise<TestLedger> {
    const ledger = new TestLedger(path, clock);
    await ledger.store.open(role);
    return ledger;
  }

  /** Further connections of this process see the same file. */
  beside(role: LedgerRole): Promise<TestLedger> {
    return TestLedger.open(role, this.path);
  }

  end(): Promise<void> {
    return this.store.close();
  }

  claim(claim: RunClaim): Promise<ClaimedRun | null> {
    return claimOne(this.runs, claim);
  }

  start(claim: RunClaim): Promise<Execution> {
    return start(this.runs, claim);
  }
}

const folders: string[] = [];

export function temporaryPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  folders.push(folder);
  return join(folder, 'worker.db');
}

export function removeTemporaryFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
