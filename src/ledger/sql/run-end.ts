import type { Checkpoint, Execution } from '../run-ledger.js';
import type { Run, RunOutcome } from '../../runs/run.js';
import { errorText, itemsText, openItemsText, resultText } from './recorded-text.js';
import { endRun, interruptRun, recordEnd, recordSuccess } from './run-queries.js';
import { toDate, toValue } from './run-rows.js';
import type { Steps } from './steps.js';

/** How a run ends, as it goes on record. Whatever can fail but the ledger fails here, before the transaction. */
export class RunEnd {
  /** The run as the record shows it afterwards: what is cut to be recorded is cut here, too. */
  readonly run: Run;
  private readonly at: number;
  private readonly items: string | null;
  private readonly openItems: string | null;
  private readonly result: string | null;
  private readonly error: string | null;
  private readonly finishedAt: number | null;

  constructor({ run, at }: Execution, outcome: RunOutcome, checkpoint: Checkpoint | undefined, now: number) {
    const { status, result, error } = outcome;
    const interrupted = status === 'interrupted';
    this.at = at.getTime();
    this.items = checkpoint ? itemsText(checkpoint) : null;
    this.openItems = checkpoint && interrupted ? openItemsText(checkpoint) : null;
    this.result = interrupted ? null : resultText(result);
    this.error = interrupted || !error ? null : errorText(error);
    this.finishedAt = interrupted ? null : now;
    this.run = {
      ...run,
      status,
      reason: outcome.reason ?? null,
      finishedAt: toDate(this.finishedAt),
      items: checkpoint?.items ?? run.items,
      result: toValue(this.result),
      error: toValue(this.error),
    };
  }

  /** False when the run has ended before: nothing changes then. */
  record(): Steps<boolean> {
    const { items, openItems, result, error, finishedAt } = this;
    const { id, status, reason } = this.run;
    if (finishedAt === null) return interruptRun.execute({ id, reason, items, open_items: openItems });
    return endRun.execute({ id, status, reason, finished_at: finishedAt, items, result, error });
  }

  /** Keeps for the task what would otherwise have to be looked for in its history. */
  *note(): Steps<void> {
    const { at, finishedAt } = this;
    const { id: run, task, status } = this.run;
    if (finishedAt === null) return;
    const slot = this.run.slot && this.run.slot.getTime();
    if (status !== 'succeeded' && status !== 'partial') yield* recordEnd.execute({ task, run, slot });
    else yield* recordSuccess.execute({ task, run, slot, at, finished_at: finishedAt });
  }
}
