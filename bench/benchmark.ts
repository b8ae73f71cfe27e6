import type { ServerProcess } from './server/server-process.ts';

/** What every benchmark is given. */
export interface Laboratory {
  readonly server: ServerProcess;
  /**
   * The sizes of the targets, however long they take; otherwise such that all of it ends within
   * five minutes.
   */
  readonly full: boolean;
}

export interface Target {
  readonly text: string;
  readonly met: boolean;
}

/** One figure of the worker beside that of a peer, measured in turn in the same run. */
export interface Comparison {
  readonly what: string;
  readonly figure: string;
  readonly peer: string;
  readonly peerFigure: string;
  /** The worker's figure divided by the peer's. */
  readonly ratio: number;
  readonly target?: Target;
}

export interface Plot {
  readonly file: string;
  readonly svg: string;
}

export interface Findings {
  readonly comparisons: readonly Comparison[];
  /** What a reader has to know to judge the figures. */
  readonly notes?: readonly string[];
  readonly plots?: readonly Plot[];
}

export interface Benchmark {
  readonly title: string;
  measure(laboratory: Laboratory): Promise<Findings>;
}

export function atLeast(limit: number, value: number, unit: string): Target {
  return { text: `≥ ${limit}${unit}`, met: value >= limit };
}

export function atMost(limit: number, value: number, unit: string): Target {
  return { text: `≤ ${limit}${unit}`, met: value <= limit };
}
