import type { ItemCounts, RunStatus, RunTrigger } from '../runs/run.js';

/** How many runs of a task have ended in one way. */
export interface RunCount {
  readonly status: RunStatus;
  readonly trigger: RunTrigger;
  /** Of skipped and missed runs, without its details; null for all others. */
  readonly reason: string | null;
  readonly runs: number;
}

/** What has become of a task since the ledger began, runs that have been pruned included. */
export interface TaskStatistics {
  readonly task: string;
  readonly runs: readonly RunCount[];
  /** The items of all runs that have ended. */
  readonly items: Omit<ItemCounts, 'total'>;
  /** Items that are in quarantine now. */
  readonly quarantined: number;
  /** When the newest run that has started did so, be it ended or not. */
  readonly lastStartedAt: Date | null;
  /** How the run ended that did so last, other than as skipped or missed. */
  readonly lastStatus: RunStatus | null;
  /** When the newest successful (or partial) run finished. */
  readonly lastSuccessAt: Date | null;
}

/** Counts what the ledger has recorded. Safe beside a running service. */
export abstract class LedgerStatistics {
  /** In no order; tasks that the ledger does not know are absent. */
  abstract tasks(): Promise<readonly TaskStatistics[]>;
}
