import type { RunError } from '../runs/run.js';
import type { Execution } from './run-ledger.js';

/**
 * Where a chunk stands. `open`: waits for a replica. `taken`: one works on it. `stopping`: it has
 * been asked to begin no further item. `ended`: nobody works on it any more.
 */
export type ChunkStatus = 'open' | 'taken' | 'stopping' | 'ended';

/** What became of one item of a chunk. `place`: its index among the items. */
export type ChunkResult =
  | { readonly place: number; readonly verdict: 'succeeded' | 'skipped' }
  | { readonly place: number; readonly verdict: 'failed'; readonly error: RunError; readonly attempts: number };

/** A chunk as the holder of its run sees it. */
export interface ChunkNews {
  readonly id: string;
  readonly status: ChunkStatus;
  /** Whoever had it is dead: nothing more will come of it. */
  readonly isLost: boolean;
  /** All so far, in the order of their coming; empty where all of them are counted. */
  readonly results: readonly ChunkResult[];
  readonly counted: number;
  /** Why no other item of the run can succeed. */
  readonly failure: RunError | null;
}

export interface LeftChunk extends ChunkNews {
  readonly items: string;
}

export interface TakenChunk {
  readonly id: string;
  readonly runId: string;
  readonly items: string;
}

export interface ChunkProgress {
  readonly id: string;
  /** All so far. */
  readonly results: readonly ChunkResult[];
  readonly hasEnded: boolean;
  readonly failure: RunError | null;
}

/**
 * Chunks of runs: what their holder hands to other replicas, and what these make of it. The holder
 * adds and settles them with its checkpoints; it alone counts. A chunk belongs to the process that
 * has taken it, until that ends it or dies, the run ends, or the holder settles it.
 */
export abstract class ChunkLedger {
  /** Those of the run that an earlier attempt has left, with all of their results. */
  abstract leftBy(runId: string): Promise<readonly LeftChunk[]>;

  /** What there is to know of the run's chunks now. */
  abstract news(runId: string): Promise<readonly ChunkNews[]>;

  /** Removes processes that are dead, so that `news` tells which chunks are lost. */
  abstract forgetDead(): Promise<void>;

  /** Withdraws what is open, and asks those who work on chunks of the run to begin no more. */
  abstract stop(execution: Execution): Promise<void>;

  /** Takes the oldest open chunk of active runs of these tasks. Only reads where there is none. */
  abstract take(tasks: readonly string[]): Promise<TakenChunk | null>;

  /** Takes an open chunk of the run. */
  abstract takeOf(runId: string): Promise<TakenChunk | null>;

  /**
   * Records what has become of chunks that this process has, and answers how each stands. One
   * that is missing in the answer is not its own any more, and nothing of it was recorded.
   */
  abstract record(progress: readonly ChunkProgress[]): Promise<ReadonlyMap<string, ChunkStatus>>;

  /** What whoever works on its chunks has to know of a run; null once it has ended. */
  abstract execution(runId: string): Promise<Execution | null>;
}
