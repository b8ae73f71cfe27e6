import {
  type Checkpoint,
  type ClaimAnswer,
  type Execution,
  type RunClaim,
  RunLedger,
  type TakeOverChoice,
} from '../ledger/run-ledger.js';
import { RunLostError } from '../runs/errors.js';
import type { Run, RunOutcome } from '../runs/run.js';

/** After which checkpoint the process dies, counted from 1; `end`: before the end is recorded. */
export type CrashPoint = number | 'end';

/** The ledger of a process that dies at one point: nothing of it is recorded afterwards. */
export class CrashingLedger extends RunLedger {
  private isDead = false;
  private checkpoints = 0;

  constructor(
    private readonly ledger: RunLedger,
    private readonly point: CrashPoint,
  ) {
    super();
  }

  get hasCrashed(): boolean {
    return this.isDead;
  }

  /** How many checkpoints there were. */
  get passed(): number {
    return this.checkpoints;
  }

  claim(claims: readonly RunClaim[]): Promise<readonly ClaimAnswer[]> {
    return this.ledger.claim(claims);
  }

  startNext(task: string): Promise<Execution | null> {
    return this.ledger.startNext(task);
  }

  async checkpoint(execution: Execution, checkpoint: Checkpoint): Promise<void> {
    this.throwIfDead(execution);
    await this.ledger.checkpoint(execution, checkpoint);
    this.checkpoints++;
    if (this.checkpoints === this.point) this.die(execution);
  }

  async finish(
    execution: Execution,
    outcome: RunOutcome,
    checkpoint?: Checkpoint,
    followers?: readonly string[],
  ): Promise<Run> {
    this.throwIfDead(execution);
    if (this.point === 'end') this.die(execution);
    return this.ledger.finish(execution, outcome, checkpoint, followers);
  }

  takeOver(choose?: TakeOverChoice): Promise<readonly Execution[]> {
    return this.ledger.takeOver(choose);
  }

  private die(execution: Execution): never {
    this.isDead = true;
    throw new RunLostError(execution.run.id);
  }

  private throwIfDead({ run }: Execution): void {
    if (this.isDead) throw new RunLostError(run.id);
  }
}
