import type { RunClaim } from '../ledger/run-ledger.js';
import type { Run } from '../runs/run.js';

/** A claimed run and its end. */
export interface Submission {
  /** As it was recorded by the claim: `running`, `queued`, `skipped` or `missed`. */
  readonly run: Run;
  /**
   * Resolves with the ended run; never rejects. A run that a drain leaves behind, or that another
   * process takes over, resolves as `interrupted`.
   */
  readonly finished: Promise<Run>;
}

export interface SubmitOptions {
  /** By how much to delay what starts; a drain that comes first leaves it to the next start. */
  readonly delayMs?: number;
}

export type EngineWork = 'all' | 'submitted';

export type EnginePhase = 'starting' | 'accepting' | 'draining' | 'stopped';

/** Decides which process executes a run, and executes it there. */
export abstract class TaskEngine {
  abstract readonly phase: EnginePhase;

  /**
   * Accepts submissions. Before, and from then on again and again, it takes over what other
   * processes left or queued; not where `work` is `submitted`: then it executes nothing else.
   */
  abstract start(work?: EngineWork): Promise<void>;

  /**
   * Claims the runs in one commit and starts what can start; resolves after the commit and
   * `delayMs`, in the order of the claims, with null for a slot that already has its run. Rejects
   * while not `accepting`, and when the ledger cannot record. Emits `slot.skipped` and
   * `slot.missed` for claims that came to no more than that.
   */
  abstract submit(claims: readonly RunClaim[], options?: SubmitOptions): Promise<readonly (Submission | null)[]>;

  /** Whether the task has an active run here. */
  abstract isActive(task: string): boolean;

  /** Ends an active run as `cancelled` with this reason; false when it is not active here. */
  abstract cancel(runId: string, reason: string): boolean;

  /** Starts the oldest queued run of each task that is idle. Rejects when it cannot be recorded. */
  abstract startQueued(tasks: readonly string[]): Promise<void>;

  /**
   * Takes nothing more, lets active runs finish for `timeout` ms, then interrupts them: they resume
   * with the next start. Resolves when nothing is in flight; calling it again returns the same
   * promise.
   */
  abstract drain(timeout: number): Promise<void>;
}
