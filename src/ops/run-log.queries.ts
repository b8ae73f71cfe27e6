import { Injectable } from '@nestjs/common';
import { type RecordedLine, RunLogLedger } from '../ledger/run-log-ledger.js';
import { LINE_LEVELS, type LineLevel } from './line-levels.js';
import { RunQueries } from './run.queries.js';

/** A log line of a run as CLI, API and console show it. */
export interface RunLogLine {
  /** Where to go on reading: `after`. */
  readonly position: number;
  readonly at: Date;
  readonly level: string;
  readonly message: string;
  /** What else the line says, without what all lines of the run say alike. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface RunLogSelection {
  /** Only lines behind this position. */
  readonly after?: number | undefined;
  /** Only lines of this level and worse. */
  readonly level?: LineLevel | undefined;
  readonly limit: number;
}

/** Each attempt of a run keeps up to 1,001. */
export const MAX_LOG_LINES = 10_000;

const OF_EVERY_LINE = ['level', 'time', 'service', 'run', 'task', 'attempt', 'slot', 'msg'];

/** The log lines of runs. The ledger has to be open. */
@Injectable()
export class RunLogQueries {
  constructor(
    private readonly runs: RunQueries,
    private readonly ledger: RunLogLedger,
  ) {}

  /** By the beginning of the run's id, in the order of logging. Throws a `RunUnknownError`. */
  async lines(id: string, { after, level, limit }: RunLogSelection): Promise<readonly RunLogLine[]> {
    const { id: runId } = await this.runs.get(id);
    const query = {
      ...{ runId, limit },
      ...(after !== undefined && { after }),
      ...(level !== undefined && { levels: LINE_LEVELS.slice(LINE_LEVELS.indexOf(level)) }),
    };
    return (await this.ledger.read(query)).map(toLine);
  }
}

function toLine({ position, at, level, text }: RecordedLine): RunLogLine {
  const { msg, ...all } = parsed(text);
  const fields = Object.fromEntries(Object.entries(all).filter(([name]) => !OF_EVERY_LINE.includes(name)));
  return { position, at, level, message: typeof msg === 'string' ? msg : '', fields };
}

/** A line that was cut is shown as it is. */
function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { msg: text };
  }
}
