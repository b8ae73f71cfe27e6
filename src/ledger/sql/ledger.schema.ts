import type { Generated } from 'kysely';
import type { ChunkStatus } from '../chunk-ledger.js';
import type { RunStatus, RunTrigger } from '../../runs/run.js';

/**
 * The tables of the ledger. Instants are epoch milliseconds, values of any shape are JSON in text:
 * the same in SQLite and PostgreSQL.
 */
export interface LedgerSchema {
  runs: RunsTable;
  failed_items: FailedItemsTable;
  items: ItemsTable;
  tasks: TasksTable;
  processes: ProcessesTable;
  pauses: PausesTable;
  audit: AuditTable;
  idempotency_keys: IdempotencyKeysTable;
  schedule_history: ScheduleHistoryTable;
  run_counts: RunCountsTable;
  alerts: AlertsTable;
  run_logs: RunLogsTable;
  sessions: SessionsTable;
  chunks: ChunksTable;
}

export interface RunsTable {
  id: string;
  task: string;
  trigger: RunTrigger;
  slot: number | null;
  status: RunStatus;
  reason: string | null;
  attempt: number;
  /** Attempts in a row that ended with their process and had recorded nothing. */
  crashes: Generated<number>;
  /** The reference instant; null in a queued run whose first start decides it. */
  at: number | null;
  /** The process that executes it, or did last. */
  owner: string | null;
  queued_at: number;
  started_at: number | null;
  finished_at: number | null;
  items: string | null;
  /** Of an active run: `OpenItems` at its last checkpoint. */
  open_items: string | null;
  result: string | null;
  error: string | null;
  /** What it was given by hand. */
  params: string | null;
  dry_run: number;
  /** Who asked for it, an `Actor`; null: the schedule. */
  actor: string | null;
  /** The name of the owner, for people. */
  worker: string | null;
  /** The ids that it is limited to; null: all. */
  only_items: string | null;
  /** Of a run that somebody wants to end: `{ reason, actor, at }`. */
  cancel_request: string | null;
  /** When a further attempt began; null in the first. */
  resumed_at: number | null;
  /** Spent in attempts that have ended. */
  worked_ms: number | null;
  /** The run whose success it follows. */
  after_run: string | null;
  /** The run that it tries again, and the last attempt of that. */
  retry_of: string | null;
  retried_attempt: number | null;
}

export interface FailedItemsTable {
  position: Generated<number>;
  run_id: string;
  item_id: string;
  error: string;
  attempts: number;
}

/** The memory of troubled items over runs. */
export interface ItemsTable {
  task: string;
  item_id: string;
  failed_runs: number;
  crashes: number;
  first_failed_at: number;
  last_failed_at: number;
  last_error: string;
  last_failed_run: string | null;
  quarantined_until: number | null;
}

export interface TasksTable {
  task: string;
  /** Null while the task has no schedule in force. */
  schedule: string | null;
  timezone: string | null;
  in_force_since: number | null;
  /** The newest slot that was ever claimed, but for that of the active run. */
  last_slot: number | null;
  /** The run that ended last, without those that were only recorded as skipped or missed. */
  last_run: string | null;
  /** The reference instant of the last successful run, and when that run finished. */
  last_success_at: number | null;
  last_success_finished_at: number | null;
  /** What the last run that succeeded has left for the next one. */
  state: string | null;
}

/** Who has the ledger open for writing: so that a second service can name the first. */
interface ProcessesTable {
  id: string;
  role: 'service' | 'command';
  pid: number;
  host: string;
  started_at: number;
  seen_at: number;
  /** Of a service: where it listens, and all of its tasks. Null until it has told. */
  url: string | null;
  tasks: string | null;
}

export interface PausesTable {
  position: Generated<number>;
  /** Null: all tasks. */
  task: string | null;
  since: number;
  ends: number | null;
  reason: string | null;
  actor: string;
}

interface AuditTable {
  position: Generated<number>;
  at: number;
  actor: string;
  address: string | null;
  action: string;
  target: string;
  reason: string | null;
  before: string | null;
  after: string | null;
}

/** What was answered to commands that may be repeated. */
interface IdempotencyKeysTable {
  actor: string;
  key: string;
  at: number;
  command: string;
  answer: string;
}

/** Browsers that have logged in. */
interface SessionsTable {
  id_hash: string;
  name: string;
  role: 'operator' | 'viewer';
  token_hash: string;
  expires_at: number;
}

/** The schedules that have been in force; null: none. */
export interface ScheduleHistoryTable {
  task: string;
  since: number;
  schedule: string | null;
  timezone: string | null;
}

/** How many runs have ended, pruned ones included, and their items. The database counts them. */
export interface RunCountsTable {
  task: string;
  status: RunStatus;
  trigger: RunTrigger;
  /** Of skipped and missed runs; otherwise empty. */
  reason: string;
  runs: number;
  items_succeeded: number;
  items_failed: number;
  items_skipped: number;
}

/** Alerts that are active, or of which something is still to be told. */
export interface AlertsTable {
  id: Generated<number>;
  rule: string;
  subject: string;
  began_at: number;
  details: string;
  ended_at: number | null;
  end_details: string | null;
  /** 1: somebody has been told of the begin, else 0. */
  begin_told: number;
  /** When a process took the news to tell them. */
  taken_at: number | null;
}

/** Log lines of runs, as JSON. */
interface RunLogsTable {
  position: Generated<number>;
  run_id: string;
  at: number;
  level: string;
  line: string;
}

/** Items of active runs that other replicas than their holders work on. */
export interface ChunksTable {
  id: string;
  run_id: string;
  status: ChunkStatus;
  /** The process that works on it. */
  owner: string | null;
  items: string;
  /** A `ChunkResult` for each item whose end is known. */
  results: string | null;
  /** How many results there are, and how many of them the run has counted. */
  recorded: Generated<number>;
  counted: Generated<number>;
  /** Why no other item of the run can succeed. */
  failure: string | null;
}
