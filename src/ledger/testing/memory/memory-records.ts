import type { StoredAlert } from '../../alert-ledger.js';
import type { Run } from '../../../runs/run.js';
import type { AuditEntry, CommandAnswer } from '../../command-ledger.js';
import type { Pause } from '../../pause.js';
import type { ItemRecord } from '../../item-ledger.js';
import type { RecordedLine } from '../../run-log-ledger.js';
import type { ScheduleInForce } from '../../slot-history.js';
import type { Execution, ItemFailure, OpenItems, RunProgress } from '../../run-ledger.js';
import type { WriterRole } from '../../sql/sql-store.js';
import type { RunningService } from '../../service-ledger.js';
import { RunIds } from '../../sql/new-run.js';

export interface StoredRun {
  run: Run;
  at: Date | null;
  owner: string | null;
  open: Pick<RunProgress, keyof OpenItems | 'state'>;
  crashes: number;
  attemptBeganAt: Date;
  workedMs: number;
  only: readonly string[] | null;
  /** Why somebody wants it to end. */
  cancelReason: string | null;
}

export interface StoredItem extends ItemRecord {
  readonly lastFailedRun: string | null;
}

export interface StoredTask {
  schedule: { readonly schedule: string; readonly timezone: string; readonly since: number } | null;
  /** The newest slot that was ever claimed. */
  schedules: ScheduleInForce[];
  lastSlot: number;
  /** The run that ended last. */
  lastRun: string | null;
  lastSuccess: { readonly at: Date; readonly finishedAt: Date } | null;
  /** As JSON. */
  state: string | null;
}

export interface MemoryAlert {
  alert: StoredAlert;
  beginTold: boolean;
  takenAt: number;
}

/** What is on record, shared by all the processes of one ledger. */
export class MemoryRecords {
  /** In the order of their ids. */
  readonly runs = new Map<string, StoredRun>();
  readonly pruned: Run[] = [];
  readonly alerts: MemoryAlert[] = [];
  alertCount = 0;
  readonly ids = new RunIds();
  pauses: Pause[] = [];
  readonly audit: AuditEntry[] = [];
  readonly answers = new Map<string, { command: string; at: Date; answer: CommandAnswer }>();
  readonly logs: RecordedLine[] = [];
  /** Changes so far. */
  mark = 0;
  /** Living processes. */
  readonly living = new Map<string, WriterRole>();
  /** By process, in the order of their starts. */
  readonly services = new Map<string, RunningService>();
  private readonly failuresByRun = new Map<string, Map<string, ItemFailure>>();
  private readonly itemsByTask = new Map<string, Map<string, StoredItem>>();
  private readonly tasksByName = new Map<string, StoredTask>();

  get taskNames(): readonly string[] {
    return [...this.tasksByName.keys()];
  }

  task(name: string): StoredTask {
    return entryOf(this.tasksByName, name, () => ({
      schedule: null,
      schedules: [],
      lastSlot: 0,
      lastRun: null,
      lastSuccess: null,
      state: null,
    }));
  }

  /** By item, in the order of their failing. */
  failures(runId: string): Map<string, ItemFailure> {
    return entryOf(this.failuresByRun, runId, () => new Map<string, ItemFailure>());
  }

  items(task: string): Map<string, StoredItem> {
    return entryOf(this.itemsByTask, task, () => new Map<string, StoredItem>());
  }

  runsOf(task: string): StoredRun[] {
    return [...this.runs.values()].filter(({ run }) => run.task === task);
  }

  active(task: string): StoredRun | undefined {
    return this.runsOf(task).find(({ run }) => isActive(run));
  }

  /** Starts an active run as a further attempt. */
  resume(stored: StoredRun, owner: string, now: Date): Execution {
    const { run, open } = stored;
    stored.run = { ...run, status: 'running', reason: null, attempt: run.attempt + 1, worker: owner };
    stored.owner = owner;
    const crashed = run.status === 'running';
    stored.crashes = crashed ? stored.crashes + 1 : 0;
    const resume = { items: run.items, ...open, crashed, crashes: stored.crashes };
    stored.attemptBeganAt = now;
    return { ...this.execution(stored), resume };
  }

  execution({ run, at, attemptBeganAt, workedMs, only }: StoredRun): Execution {
    const { lastSuccess, state: recorded } = this.task(run.task);
    const state = recorded === null ? null : (JSON.parse(recorded) as unknown);
    const known = { lastSuccess: lastSuccess?.at ?? null, state };
    return { run, at: at ?? run.queuedAt, ...known, resume: null, attemptBeganAt, workedMs, only };
  }
}

export function isActive({ status }: Run): boolean {
  return status === 'running' || status === 'interrupted';
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, fresh: () => Value): Value {
  const value = map.get(key) ?? fresh();
  map.set(key, value);
  return value;
}
