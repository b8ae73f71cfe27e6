import { type Checkpoint, type ClaimAnswer, type Execution, type RunClaim, RunLedger } from '../run-ledger.js';
import { LedgerUnavailableError } from '../../runs/errors.js';
import type { Run, RunOutcome } from '../../runs/run.js';
import { anExecution, aRun } from '../../worker/testing/task-context.fake.js';

/** Keeps runs in memory, refuses on demand, and has none of the real ledger's guarantees. */
export class FakeRunLedger extends RunLedger {
  readonly finished: { runId: string; outcome: RunOutcome; checkpoint: Checkpoint | undefined }[] = [];
  readonly checkpoints: Checkpoint[] = [];
  refusals = 0;
  private count = 0;

  async claim(claims: readonly RunClaim[]): Promise<readonly ClaimAnswer[]> {
    return claims.map((claim) => {
      const run = aRun({ id: `run-${++this.count}`, task: claim.task, trigger: claim.trigger, slot: claim.slot });
      return { run, execution: anExecution(run, claim.at ? { at: claim.at } : {}) };
    });
  }

  async startNext(): Promise<Execution | null> {
    return null;
  }

  async checkpoint(_execution: Execution, checkpoint: Checkpoint): Promise<void> {
    this.refuse();
    this.checkpoints.push(checkpoint);
  }

  async finish({ run }: Execution, outcome: RunOutcome, checkpoint?: Checkpoint): Promise<Run> {
    this.refuse();
    this.finished.push({ runId: run.id, outcome, checkpoint });
    const { status, reason = null, result = null, error = null } = outcome;
    return aRun({
      id: run.id,
      status,
      reason,
      result,
      error,
      finishedAt: new Date(0),
      items: checkpoint?.items ?? null,
    });
  }

  async takeOver(): Promise<readonly Execution[]> {
    return [];
  }

  private refuse(): void {
    if (this.refusals-- > 0) throw new LedgerUnavailableError('disk full');
  }
}
