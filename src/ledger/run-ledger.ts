import type { ChunkChanges } from './chunk-changes.js';
import { WorkerError } from '../runs/errors.js';
import type { Actor } from '../runs/actor.js';
import type { MissedSlots } from '../runs/run-reasons.js';
import type { ItemCounts, Run, RunError, RunOutcome, RunParams, RunTrigger } from '../runs/run.js';

/** Asks for one run: for a slot, or by hand. */
export interface RunClaim {
  readonly task: string;
  readonly trigger: RunTrigger;
  /** Null for a manual run. */
  readonly slot: Date | null;
  /** The reference instant, if the claim fixes it; null: the moment the run first starts. */
  readonly at: Date | null;
  /** When the task is active: record the claim as `skipped`, reason `overlap`, or as `queued`. */
  readonly overlap: 'skip' | 'queue';
  /** What the run is given; the same in every attempt. */
  readonly params?: RunParams | null;
  /** Nothing of it marks items or the task. It resumes no run that a killed process has left. */
  readonly dryRun?: boolean;
  /** Who asks; absent: the schedule. */
  readonly actor?: Actor;
  /** Present: only record the slot with this outcome, run nothing. */
  readonly record?: {
    readonly status: 'missed' | 'skipped';
    readonly reason: string | null;
    /** Present: the record stands for all of these slots. */
    readonly result?: MissedSlots;
  };
}

/** A run that this process has to execute now. Its status in the ledger is `running`. */
export interface Execution {
  readonly run: Run;
  /** The reference instant: the same over every attempt of the run. */
  readonly at: Date;
  /** The reference instant of the task's last successful run, if there was one. */
  readonly lastSuccess: Date | null;
  /** What the task's last successful run has left as its state; null or absent: nothing. */
  readonly state?: unknown;
  /** What an earlier, interrupted attempt of this run left. Null on the first attempt. */
  readonly resume: ResumePoint | null;
  /** The ids that the run is limited to, of a batch; null: all. */
  readonly only: readonly string[] | null;
  readonly attemptBeganAt: Date;
  /** Time in work of the attempts before this one; of one that its process did not end, none. */
  readonly workedMs: number;
}

/** Items whose end is not recorded. */
export interface OpenItems {
  /** Ids that were handed out and whose end is not recorded: suspects, if the process dies. */
  readonly pending: readonly string[];
  /** Present: the one that is pending is a suspect, tried on its own. */
  readonly onTrial?: true | undefined;
  /**
   * Ids that earlier attempts had in work and that have not come up since: done if they never do.
   */
  readonly unconfirmed: readonly string[];
  /** Absent: the list is read from its beginning again. */
  readonly position?: ListPosition | undefined;
}

/** Where the reading of a list goes on after an interruption. */
export interface ListPosition {
  /** How many items the pages before have listed. */
  readonly offset: number;
  /** What the page is asked for with; absent for the first page, and in lists read by offset. */
  readonly cursor?: string | number | undefined;
  /** Ids that this page and later ones have listed, and that the run is done with. */
  readonly done: readonly string[];
  /** How many of them come before everything that is not done. */
  readonly doneAhead: number;
}

/** What a run has done so far, as the ledger keeps it between attempts. */
export interface RunProgress extends OpenItems {
  readonly items: ItemCounts | null;
  /**
   * What the task's state will be, as JSON, once the run has succeeded as a whole; undefined: what
   * it was. Runs that end otherwise, that are limited to some items, and dry runs change nothing.
   */
  readonly state?: unknown;
}

export interface ResumePoint extends RunProgress {
  /** The process died; false when a shutdown recorded the attempt as interrupted. */
  readonly crashed: boolean;
  /** How many attempts in a row have crashed without a checkpoint, this one included. */
  readonly crashes: number;
}

/** An active run without a living process. */
export interface OrphanedRun {
  readonly id: string;
  readonly task: string;
  /** What `ResumePoint.crashes` will be. */
  readonly crashes: number;
}

/** Which of the orphans, given in the order of their ids, a process takes over. */
export type TakeOverChoice = (orphans: readonly OrphanedRun[]) => readonly OrphanedRun[];

/** One item that could not be done. */
export interface ItemFailure {
  readonly id: string;
  readonly error: RunError;
  /**
   * How often it was tried in this run. 0: it was in quarantine and left alone, which counts as no
   * further failed run. Having been tried to its end, an item also loses its count of crashes.
   */
  readonly attempts: number;
  /** True: remembered of the item, but not listed with the run, which lists enough of them. */
  readonly unlisted?: true;
}

/** What has changed since the last checkpoint: all of it is committed together, or nothing is. */
export interface Checkpoint extends RunProgress {
  /** Each that was tried counts as one more failed run of its item, once per run. */
  readonly failures: readonly ItemFailure[];
  /**
   * Ids that had failed or been suspected, in earlier runs or attempts, and are done now: their
   * record is closed, and they are no failed items of this run any more.
   */
  readonly recovered: readonly string[];
  /** Of a run that other replicas work on, too. With the end of the run they are forgotten. */
  readonly chunks?: ChunkChanges | undefined;
}

export interface ClaimedRun {
  readonly run: Run;
  /** Present when the run was started. */
  readonly execution?: Execution;
}

/** No ledger can hold the claim, for example because its slot is an invalid date. */
export class ClaimInvalidError extends WorkerError {
  override readonly name = 'ClaimInvalidError';

  /** `task`: as the claim names it. */
  constructor(
    readonly task: string,
    problem: string,
  ) {
    super(`A run of ${JSON.stringify(task)} cannot be recorded: ${problem}`, 'CLAIM_INVALID');
  }
}

/** Nothing is recorded of an invalid claim, and it harms no other. */
interface RejectedClaim {
  readonly rejected: ClaimInvalidError;
}

export interface ClaimOptions {
  /** At most as many start here; what else could start waits, queued, for whoever has room. */
  readonly maxStarts?: number;
}

/** Null: the slot already has its run. */
export type ClaimAnswer = ClaimedRun | RejectedClaim | null;

/**
 * The durable record of runs, and the only authority on what runs: `(task, slot)` is unique and a
 * task has at most one active run (`running` or `interrupted`), both enforced by the store.
 *
 * An active run belongs to the process that started this attempt of it. Whoever writes to it names
 * the `Execution` that it was given, which changes nothing once another process has the run.
 *
 * While a task is paused, and for slots of a pause, a claim that nobody asked for by hand comes to
 * a run that is `skipped`, reason `paused`.
 *
 * Every method resolves after its commit is durable (it survives a power loss). It rejects with a
 * `LedgerUnavailableError` when that cannot be done, and nothing of the call is recorded then.
 */
export abstract class RunLedger {
  /**
   * Records the claims in one commit and answers in their order. A claimed run whose task is idle
   * is started: its status is `running`, and `execution` is there.
   *
   * With `overlap: 'queue'` one run of trigger `schedule` waits at a time, a further one is
   * `skipped`; other triggers always wait. A manual claim that finds the task held by a run whose
   * process is dead resumes that run instead.
   */
  abstract claim(claims: readonly RunClaim[], options?: ClaimOptions): Promise<readonly ClaimAnswer[]>;

  /**
   * Starts the task's oldest `queued` run; null when there is none or the task is active. Only
   * reads when there is none.
   */
  abstract startNext(task: string): Promise<Execution | null>;

  /** Rejects with a `RunLostError` when the run is not this execution's any more. */
  abstract checkpoint(execution: Execution, checkpoint: Checkpoint): Promise<void>;

  /**
   * Ends a run and records its last checkpoint, in one commit, and answers what is then on record.
   * An outcome of `interrupted` keeps the run active, for a further attempt. A run that has ended
   * is answered as it is. Rejects with a `RunLostError` when the run goes on elsewhere.
   *
   * `followers`: tasks that run after this one. When it has succeeded and is not dry, the same
   * commit records a run of each: `queued`, trigger `after`, with the same reference instant. Where
   * one waits already, or a pause holds, it is `skipped`.
   */
  abstract finish(
    execution: Execution,
    outcome: RunOutcome,
    checkpoint?: Checkpoint,
    followers?: readonly string[],
  ): Promise<Run>;

  /**
   * Takes over every active run that no living process owns, or that its process has left
   * interrupted: starts it as a further attempt with the same reference instant. Of several
   * processes one gets the run. Call it before the first claim and from time to time. Only a
   * service takes over; other roles get an empty answer.
   * `choose` must be pure; by default it takes all.
   */
  abstract takeOver(choose?: TakeOverChoice): Promise<readonly Execution[]>;
}
