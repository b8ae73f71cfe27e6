import type { ResumePoint } from '../../ledger/run-ledger.js';
import type { TaskContext } from '../authoring/task-context.js';
import type { RunRecorder } from '../execution/run-recorder.js';

/** A run, as a batch needs it: what authors see, and what keeps the record of its items. */
export interface BatchContext extends TaskContext {
  readonly task: string;
  /** When the run's deadline is, in epoch milliseconds. */
  readonly deadline: number;
  /** Items in work at once, at the most. */
  readonly concurrency: number;
  readonly recorder: RunRecorder;
  /** What an interrupted attempt left; null on the first attempt. */
  readonly resume: ResumePoint | null;
  /** The ids that the run is limited to; null: all. */
  readonly only: readonly string[] | null;
}

/** What authors see of it, as a plain object for the contexts of pages and items to extend. */
export function forAuthors(context: BatchContext): TaskContext<never> {
  const { runId, trigger, slot, at, window, params, isDryRun, attempt } = context;
  const { signal, stopping, logger, progress } = context;
  return {
    runId,
    trigger,
    slot,
    at,
    window,
    params: params as never,
    isDryRun,
    attempt,
    signal,
    stopping,
    logger,
    progress,
  };
}
