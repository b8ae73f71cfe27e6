/** A line as it was logged, for one run. */
export interface CapturedLine {
  readonly runId: string;
  readonly at: Date;
  readonly level: string;
  /** JSON, secrets masked; cut where it is long. */
  readonly text: string;
}

export interface RecordedLine extends CapturedLine {
  /** Counts up, over all runs. */
  readonly position: number;
}

export interface RunLogQuery {
  readonly runId: string;
  /** Only lines with a higher position. */
  readonly after?: number;
  /** Only lines of these levels. */
  readonly levels?: readonly string[];
  readonly limit: number;
}

/** Keeps the log lines of runs for as long as the runs. */
export abstract class RunLogLedger {
  /** Lines of runs that are not on record any more are dropped. */
  abstract append(lines: readonly CapturedLine[]): Promise<void>;

  /** In the order of their logging. */
  abstract read(query: RunLogQuery): Promise<readonly RecordedLine[]>;
}
