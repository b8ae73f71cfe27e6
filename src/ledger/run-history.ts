import { WorkerError } from '../runs/errors.js';
import type { ItemFailure } from './run-ledger.js';
import type { Run, RunStatus, RunTrigger } from '../runs/run.js';

/** Which runs; a field that is absent or undefined does not narrow. */
export interface HistoryQuery {
  readonly task?: string | undefined;
  readonly statuses?: readonly RunStatus[] | undefined;
  readonly triggers?: readonly RunTrigger[] | undefined;
  /** Recorded at or after this instant. */
  readonly since?: Date | undefined;
  /** Recorded before this instant. */
  readonly until?: Date | undefined;
  /** How their ids begin. */
  readonly idPrefix?: string | undefined;
  /** Only runs that were recorded before the one with this id: the next page. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** One task at a glance. */
export interface TaskOverview {
  readonly task: string;
  /** The newest run that has started, be it ended or not; null when it never ran. */
  readonly lastRun: Run | null;
  /** When the newest successful (or partial) run finished. */
  readonly lastSuccessAt: Date | null;
  /** What its last successful run has left as its state; absent: nothing. */
  readonly state?: unknown;
}

/** Whichever is less is kept. */
export interface RetentionPolicy {
  readonly maxAge: number;
  readonly maxRunsPerTask: number;
}

/** Several runs fit an abbreviated id. */
export class RunAmbiguousError extends WorkerError {
  override readonly name = 'RunAmbiguousError';

  constructor(prefix: string) {
    super(`More than one run begins with "${prefix}": give more of the id`, 'RUN_AMBIGUOUS');
  }
}

/** Reads what the ledger has recorded. Safe beside a running service. */
export abstract class RunHistory {
  /** Newest first. */
  abstract list(query: HistoryQuery): Promise<readonly Run[]>;

  /** By its id or the beginning of that. Rejects with a `RunAmbiguousError` when several fit. */
  abstract find(id: string): Promise<Run | null>;

  /** The items of one run that failed, in the order of their failing. */
  abstract failedItems(runId: string): Promise<readonly ItemFailure[]>;

  /** By task name, of all or of the one that is named; tasks that never ran are absent. */
  abstract overview(task?: string): Promise<ReadonlyMap<string, TaskOverview>>;

  /**
   * Deletes what the policy does not keep, but no active or queued run; answers how many went. With
   * them go pauses and schedules that no run of the policy's age needs, sessions and idempotency
   * keys that are over, and the audit trail from before a year, or beyond 100,000 entries.
   */
  abstract prune(policy: RetentionPolicy): Promise<number>;
}
