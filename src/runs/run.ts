import type { Actor } from './actor.js';

/** Why a run exists. `start`: `RUN_ON_START` asked for it. `after`: another task has succeeded. */
export const RUN_TRIGGERS = ['schedule', 'catch_up', 'start', 'manual', 'retry', 'after'] as const;
export type RunTrigger = (typeof RUN_TRIGGERS)[number];

/**
 * Where a run stands. `queued` and `running` are on the way; `interrupted` means that the process
 * ended and the run resumes as a further attempt; every other status is final and is never changed
 * again.
 */
export const RUN_STATUSES = [
  'queued',
  'running',
  'succeeded',
  'partial',
  'failed',
  'timed_out',
  'cancelled',
  'skipped',
  'missed',
  'interrupted',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** The items of a batch run. `skipped` ones needed nothing, for example because they were gone. */
export interface ItemCounts {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly skipped: number;
}

/** An error as it is recorded: what a person reads, and a stable code for programs. */
export interface RunError {
  readonly name: string;
  readonly message: string;
  readonly code: string;
}

/** What a run by hand was given, as JSON: the inputs of the task's `params`. */
export type RunParams = Readonly<Record<string, unknown>>;

/** One execution of a task, for a slot or by hand. Its JSON form is part of the contract. */
export interface Run {
  /** UUID version 7: sorts by creation. */
  readonly id: string;
  readonly task: string;
  readonly trigger: RunTrigger;
  /** The due instant this run is for; null for one beside the schedule. */
  readonly slot: Date | null;
  readonly status: RunStatus;
  /**
   * Why it was skipped, missed, cancelled or interrupted; `suspicious: …` where it went well; of a
   * retry, how many of its items had left the list.
   */
  readonly reason: string | null;
  /** 1, and one more for every resume after an interruption. */
  readonly attempt: number;
  readonly queuedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** Time in work, without the pauses between attempts; null until the run has ended. */
  readonly durationMs: number | null;
  /** Null for a task without items. */
  readonly items: ItemCounts | null;
  /** What it was given by hand; absent: nothing. */
  readonly params?: RunParams | null;
  /** Its changes were held back, and nothing of it is remembered but the run; absent: false. */
  readonly dryRun?: boolean;
  /** The run whose success it follows, where its trigger is `after`. */
  readonly after?: string;
  /** The run that it tries again, where its trigger is `retry`, and the last attempt of that. */
  readonly retryOf?: string;
  readonly retriedAttempt?: number;
  /** Who asked for it; null: the schedule. */
  readonly actor: Actor | null;
  /** The process that executes it, or did last: `host/pid`. */
  readonly worker: string | null;
  /** What the task returned, as JSON. */
  readonly result: unknown;
  readonly error: RunError | null;
}

/** How a run ended: a value, so that no step after the task has to catch anything. */
export interface RunOutcome {
  readonly status: Exclude<RunStatus, 'queued' | 'running' | 'skipped' | 'missed'>;
  readonly reason?: string;
  readonly result?: unknown;
  readonly error?: RunError;
}
