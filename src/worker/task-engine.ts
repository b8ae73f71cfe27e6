import type { RunClaim } from '../ledger/run-ledger.js';
import type { Run } from '../runs/run.js';

/** A claimed run and its end. */
export interface Submission {
  /** As it was recorded by the claim: `running`, `queued`, `skipped` or `missed`. */
  readonly run: Run;
  /** Resolves with the ended run; never rejects. A run that a drain leaves behind resolves as `interrupted`. */
  readonly finished: Promise<Run>;
}

export type EnginePhase = 'starting' | 'accepting' | 'draining' | 'stopped';

/** Decides which process executes a run, and executes it there. */
export abstract class TaskEngine {
  abstract readonly phase: EnginePhase;

  /** Resumes what an earlier process left, then accepts submissions. */
  abstract start(): Promise<void>;

  /**
   * Claims the runs in one commit and starts what can start; resolves after the commit, in the order of the claims,
   * with null for a slot that already has its run. Rejects while not `accepting`, and when the ledger cannot record.
   * A slot may be claimed up to 100 ms ahead of time: its run begins at its slot, or with the next start when a drain
   * comes first, and the promise resolves then.
   */
  abstract submit(claims: readonly RunClaim[]): Promise<readonly (Submission | null)[]>;

  /** Whether the task has an active run here. */
  abstract isActive(task: string): boolean;

  /** Aborts an active run, which then ends as `cancelled` with this reason; false when it is not active here. */
  abstract cancel(runId: string, reason: string): boolean;

  /**
   * Takes nothing more, lets active runs finish for `timeout` ms, then interrupts them: they resume with the next
   * start. Resolves when nothing is in flight; calling it again returns the same promise.
   */
  abstract drain(timeout: number): Promise<void>;
}
