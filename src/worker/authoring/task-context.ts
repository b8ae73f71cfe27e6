import type { LoggerService } from '@nestjs/common';
import type { ItemCounts, RunTrigger } from '../../runs/run.js';

/** What a task is told about its run. */
export interface TaskContext<Params = unknown> {
  readonly runId: string;
  readonly trigger: RunTrigger;
  /** The due instant; null for a manual run. */
  readonly slot: Date | null;
  /**
   * The reference instant: use it instead of the current time. It stays the same over every retry
   * and resume.
   */
  readonly at: Date;
  /** From the last successful run (null if there was none) to `at`. */
  readonly window: { readonly from: Date | null; readonly to: Date };
  /** What a run by hand was given, as the task's `params` reads it; its defaults otherwise. */
  readonly params: Params;
  /** The requests that would change something are held back: hold back other effects as well. */
  readonly isDryRun: boolean;
  /** 1, and one more for every resume after an interruption. */
  readonly attempt: number;
  /**
   * Aborts at the deadline, on cancellation and when a shutdown runs out of time. Requests of
   * `DataApiClient` and `HttpService` end with it by themselves; hand it to whatever else waits. A
   * run whose task goes on all the same ends without it.
   */
  readonly signal: AbortSignal;
  /** Aborts as soon as the worker begins to stop: finish what is in work, begin nothing new. */
  readonly stopping: AbortSignal;
  /** Every line carries the run. */
  readonly logger: LoggerService;
  /**
   * Shows how far the run is. Cheap: call it as often as you like. `BatchTask` does it for its
   * items.
   */
  readonly progress: (items: ItemCounts) => void;
}
