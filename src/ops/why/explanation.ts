import type { Pause } from '../../ledger/pause.js';
import type { Run } from '../../runs/run.js';

/** What became of an instant of a task. */
export type Verdict =
  | 'ran'
  | 'late'
  | 'running'
  | 'waiting'
  | 'skipped'
  | 'paused'
  | 'missed'
  | 'upstream_down'
  | 'off'
  | 'not_due'
  | 'due'
  | 'unknown';

/** One sentence, and what it rests on. */
export interface Explanation {
  readonly task: string;
  /** The instant that was asked for. */
  readonly at: Date;
  /** The due instant that the answer is about; null: there was none. */
  readonly slot: Date | null;
  readonly verdict: Verdict;
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
}

/** A record that the sentence follows from. */
export type Evidence =
  | {
      readonly kind: 'schedule';
      readonly schedule: string;
      readonly timezone: string;
      /** Null: not on record. */
      readonly since: Date | null;
    }
  | { readonly kind: 'run'; readonly run: Run }
  | { readonly kind: 'pause'; readonly pause: Pause };
