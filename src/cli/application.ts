import type { LoggerService } from '@nestjs/common';
import type { ConfigurationWarning, WorkerSettings } from '../config/settings.js';
import type { LedgerRole } from '../ledger/ledger-connection.js';
import type { ManualRuns } from '../ops/manual-runs.js';
import type { OperatorCommands } from '../ops/operator-commands.js';
import type { RunQueries } from '../ops/run.queries.js';
import type { TaskQueries } from '../ops/task.queries.js';
import type { Clock } from '../time/clock.js';

/** The worker as commands see it. */
export interface Application {
  readonly settings: WorkerSettings;
  readonly clock: Clock;
  readonly tasks: TaskQueries;
  readonly runs: RunQueries;
  readonly manualRuns: ManualRuns;
  readonly commands: OperatorCommands;
  /**
   * Throws a `ConfigurationError` with every problem of the environment and of the tasks. Returns
   * what is valid and may still be a slip in the tasks' schedules.
   */
  check(): readonly ConfigurationWarning[];
  /** Opens the ledger. Rejects with a `LedgerUnavailableError`. */
  open(role: LedgerRole): Promise<void>;
  /** From now on the log goes through what `wrap` makes of the logger. */
  wrapLogger(wrap: (logger: LoggerService) => LoggerService): void;
  /** Closes what was opened. */
  close(): Promise<void>;
}
