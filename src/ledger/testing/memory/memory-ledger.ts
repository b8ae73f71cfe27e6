import { Clock } from '../../../time/clock.js';
import type { WriterRole } from '../../sql/sql-store.js';
import { MemoryCommandLedger } from './memory-command-ledger.js';
import { MemoryItemLedger } from './memory-item-ledger.js';
import { MemoryAlertLedger } from './memory-alert-ledger.js';
import { MemoryLedgerStatistics } from './memory-ledger-statistics.js';
import { MemoryProcess } from './memory-process.js';
import { MemoryRecords } from './memory-records.js';
import { MemoryRunHistory } from './memory-run-history.js';
import { MemoryRunLedger } from './memory-run-ledger.js';
import { MemoryRunSearch } from './memory-run-search.js';
import { MemoryServiceLedger } from './memory-service-ledger.js';
import { MemoryRunLogLedger } from './memory-run-log-ledger.js';
import { MemorySlotHistory } from './memory-slot-history.js';
import { MemoryScheduleLedger } from './memory-schedule-ledger.js';

/** A ledger for specs: it keeps all that the contracts promise, but for surviving the process. */
export class MemoryLedger {
  readonly runs: MemoryRunLedger;
  readonly history: MemoryRunHistory;
  readonly search: MemoryRunSearch;
  readonly items: MemoryItemLedger;
  readonly schedules: MemoryScheduleLedger;
  readonly commands: MemoryCommandLedger;
  readonly statistics: MemoryLedgerStatistics;
  readonly services: MemoryServiceLedger;
  readonly alerts: MemoryAlertLedger;
  readonly slots: MemorySlotHistory;
  readonly logs: MemoryRunLogLedger;
  private readonly process: MemoryProcess;

  constructor(
    private readonly clock: Clock = new Clock(),
    role: WriterRole = 'service',
    private readonly records = new MemoryRecords(),
  ) {
    this.process = new MemoryProcess(records, role, clock);
    this.items = new MemoryItemLedger(this.process);
    this.runs = new MemoryRunLedger(this.process, this.items);
    this.history = new MemoryRunHistory(this.process);
    this.search = new MemoryRunSearch(this.history);
    this.slots = new MemorySlotHistory(this.process);
    this.logs = new MemoryRunLogLedger(this.process);
    this.commands = new MemoryCommandLedger(this.process);
    this.alerts = new MemoryAlertLedger(this.process);
    this.statistics = new MemoryLedgerStatistics(this.process);
    this.schedules = new MemoryScheduleLedger(this.process, this.runs);
    this.services = new MemoryServiceLedger(this.process);
  }

  /** Another process with the same ledger open. */
  beside(role: WriterRole): MemoryLedger {
    return new MemoryLedger(this.clock, role, this.records);
  }

  /**
   * The process ends, however it does: its runs can be taken over, and nothing more is recorded
   * here.
   */
  end(): void {
    this.process.end();
  }

  /** As if a run of the task had left this. */
  recordState(task: string, state: unknown): void {
    this.records.task(task).state = JSON.stringify(state);
  }

  /** All others take the process for dead, though it goes on. */
  presumeDead(): void {
    this.records.living.delete(this.process.id);
  }
}
