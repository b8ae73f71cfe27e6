import type { LoggerService } from '@nestjs/common';
import type { ConfigurationWarning, WorkerSettings } from '../config/settings.js';
import type { LedgerArchive } from '../ledger/ledger-archive.js';
import type { LedgerRole } from '../ledger/ledger-connection.js';
import type { RunQueue } from '../ledger/run-queue.js';
import type { NewestService } from '../ledger/service-ledger.js';
import type { ManualRuns } from '../ops/manual-runs.js';
import type { OperatorCommands } from '../ops/operator-commands.js';
import type { RunLogQueries } from '../ops/run-log.queries.js';
import type { RunQueries } from '../ops/run.queries.js';
import type { TaskQueries } from '../ops/task.queries.js';
import type { WhyQueries } from '../ops/why/why.queries.js';
import type { RunParams } from '../runs/run.js';
import type { Clock } from '../time/clock.js';

/** What commands see that execute no run in their own process. */
export interface Application {
  /** Those of the APIs of tasks are among them once `check` has resolved. */
  readonly settings: WorkerSettings;
  readonly clock: Clock;
  readonly tasks: TaskQueries;
  readonly runs: RunQueries;
  readonly commands: OperatorCommands;
  readonly why: WhyQueries;
  readonly runLogs: RunLogQueries;
  readonly archive: LedgerArchive;
  /** Null where the store has none. */
  readonly queue: Pick<RunQueue, 'migrate'> | null;

  /**
   * Opens nothing. Rejects with a `ConfigurationError` with every problem of the
   * environment and of the tasks of this program. Answers what is valid and may still be a slip.
   */
  check(): Promise<readonly ConfigurationWarning[]>;

  /**
   * Opens the ledger, and answers which service runs on it: from then on `tasks` shows what that
   * one has; else the tasks of this program, which are checked. Rejects as `check` does, and with a
   * `LedgerUnavailableError` or a `LedgerMissingError`.
   */
  open(role: LedgerRole): Promise<NewestService | null>;

  /**
   * What a run is given, from texts by name, as this program's task of that name takes it; null for
   * nothing. Rejects with a `ParamsInvalidError`, and as `check` does.
   */
  paramsOf(task: string, texts: ReadonlyMap<string, string>): Promise<RunParams | null>;

  /** Answers as `open` does, once more: services come and go. */
  look(): Promise<NewestService | null>;

  /** As `LedgerConnection` answers, of the ledger that is open. */
  clockOffsetMs(): Promise<number | null>;

  /** Closes what was opened. */
  close(): Promise<void>;
}

/** The whole worker, which executes runs. */
export interface WorkerApplication extends Application {
  readonly manualRuns: ManualRuns;

  /** Whether the total that the task reports is final; that of a batch grows with its list. */
  knowsTotal(task: string): boolean;

  /** From now on the log goes through what `wrap` makes of the logger. */
  wrapLogger(wrap: (logger: LoggerService) => LoggerService): void;
}
