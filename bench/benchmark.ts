import type { ServerProcess } from './server/server-process.ts';

/** What every benchmark gets. */
export interface Laboratory {
  readonly server: ServerProcess;
  /**
   * True: the sizes that the targets are stated for. False: sizes with which all benchmarks end
   * within five minutes.
   */
  readonly full: boolean;
}

export interface Target {
  readonly text: string;
  readonly met: boolean;
}

/** A figure of the worker and of a peer, measured in turn in the same run. */
export interface Comparison {
  readonly what: string;
  readonly figure: string;
  readonly peer: string;
  readonly peerFigure: string;
  /** The worker's figure divided by the peer's. */
  readonly ratio: number;
  readonly target?: Target;
}

interface Plot {
  readonly file: string;
  readonly svg: string;
}

export interface Findings {
  readonly comparisons: readonly Comparison[];
  /** What a reader needs to judge the figures. */
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
