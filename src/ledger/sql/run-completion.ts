import type { Checkpoint, Execution } from '../run-ledger.js';
import type { Run, RunOutcome } from '../../runs/run.js';
import { errorText, itemsText, openItemsText, plainText, resultText } from './recorded-text.js';
import { endRun, toDate, toValue } from './run-queries.js';
import { recordEnd } from './task-summary.js';
import type { Transaction } from './transaction.js';

/** How a run ends, as it goes on record. What can fail apart from the ledger fails in here. */
export class RunCompletion {
  /** The run as the record shows it afterwards: what is cut to be recorded is cut here, too. */
  readonly run: Run;
  private readonly at: number;
  private readonly state: string | null;
  private readonly recorded: Omit<Parameters<typeof endRun.execute>[0], 'owner'>;

  constructor(
    { run, at, only, attemptBeganAt, workedMs }: Execution,
    outcome: RunOutcome,
    checkpoint: Checkpoint | undefined,
    now: number,
  ) {
    const { status, reason, result, error } = outcome;
    const ended = status !== 'interrupted';
    this.at = at.getTime();
    // A run of a few items has not done what the state would say.
    const moves = status === 'succeeded' && only === null && checkpoint?.state !== undefined;
    this.state = moves ? JSON.stringify(checkpoint.state) : null;
    this.recorded = {
      id: run.id,
      attempt: run.attempt,
      status,
      reason: reason === undefined ? null : plainText(reason),
      finished_at: ended ? now : null,
      items: checkpoint ? itemsText(checkpoint) : null,
      open_items: checkpoint ? openItemsText(checkpoint) : null,
      result: ended ? resultText(result) : null,
      error: ended && error ? errorText(error) : null,
      worked_ms: workedMs + Math.max(0, now - attemptBeganAt.getTime()),
    };
    this.run = {
      ...run,
      status,
      reason: this.recorded.reason,
      finishedAt: toDate(this.recorded.finished_at),
      durationMs: ended ? this.recorded.worked_ms : null,
      items: checkpoint?.items ?? run.items,
      result: toValue(this.recorded.result),
      error: toValue(this.recorded.error),
    };
  }

  /** False when the run is not the owner's any more: nothing changes then. */
  save(owner: string): Transaction<boolean> {
    return endRun.execute({ ...this.recorded, owner });
  }

  *updateTaskSummary(): Transaction<void> {
    const { id, task, slot, status } = this.run;
    if (status === 'interrupted') return;
    const succeeded = status === 'succeeded' || status === 'partial';
    yield* recordEnd.execute({
      task,
      run: id,
      slot: slot && slot.getTime(),
      succeeded_at: succeeded ? this.at : null,
      finished_at: succeeded ? this.recorded.finished_at : null,
      state: this.state,
    });
  }
}
