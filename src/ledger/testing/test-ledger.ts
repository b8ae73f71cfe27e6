import { Logger } from '@nestjs/common';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY } from '../../time/duration.js';
import type { WorkerSettings } from '../../config/settings.js';
import type { Clock } from '../../time/clock.js';
import type { LedgerRole } from '../ledger-connection.js';
import type { ClaimedRun, Execution, RunClaim } from '../run-ledger.js';
import { LedgerStore } from '../sqlite/ledger-store.js';
import { SqlItemLedger } from '../sql/sql-item-ledger.js';
import { SqlRunHistory } from '../sql/sql-run-history.js';
import { SqlRunLedger } from '../sql/sql-run-ledger.js';
import { SqlScheduleLedger } from '../sql/sql-schedule-ledger.js';

Logger.overrideLogger(false);

/** A clock that stands still until it is moved. */
export class TestClock implements Clock {
  constructor(private instant = Date.parse('2026-11-23T12:30:00.000Z')) {}

  now(): Date {
    return new Date(this.instant);
  }

  advance(milliseconds: number): void {
    this.instant += milliseconds;
  }
}

/** A real ledger in a folder of its own, or one more connection to such a ledger. */
export class TestLedger {
  readonly store: LedgerStore;
  readonly runs: SqlRunLedger;
  readonly history: SqlRunHistory;
  readonly items: SqlItemLedger;
  readonly schedules: SqlScheduleLedger;

  constructor(
    readonly path: string,
    readonly clock = new TestClock(),
  ) {
    this.store = new LedgerStore({ database: { path } } as WorkerSettings, clock);
    this.runs = new SqlRunLedger(this.store, clock);
    this.history = new SqlRunHistory(this.store, clock);
    this.items = new SqlItemLedger(this.store, clock);
    this.schedules = new SqlScheduleLedger(this.store);
  }

  static async open(role: LedgerRole = 'service', path = temporaryPath()): Promise<TestLedger> {
    const ledger = new TestLedger(path);
    await ledger.store.open(role);
    return ledger;
  }

  /** Further connections of this process see the same file. */
  beside(role: LedgerRole): Promise<TestLedger> {
    return TestLedger.open(role, this.path);
  }

  async claim(claim: RunClaim): Promise<ClaimedRun | null> {
    const [claimed] = await this.runs.claim([claim]);
    return claimed ?? null;
  }

  async start(claim: RunClaim): Promise<Execution> {
    const claimed = await this.claim(claim);
    if (!claimed?.execution) throw new Error(`Not started: ${claimed?.run.status}`);
    return claimed.execution;
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

export function slotClaim(task: string, slot: string | Date, more: Partial<RunClaim> = {}): RunClaim {
  const instant = new Date(slot);
  return { task, trigger: 'schedule', slot: instant, at: instant, overlap: 'skip', ...more };
}

export function manualClaim(task: string, more: Partial<RunClaim> = {}): RunClaim {
  return { task, trigger: 'manual', slot: null, at: null, overlap: 'skip', ...more };
}

export const KEEP_ALL = { maxAge: 100_000 * DAY, maxRunsPerTask: 1_000_000 };
