import { setTimeout as sleep } from 'node:timers/promises';
import type { LineLevel } from '../../ops/line-levels.js';
import { MAX_LOG_LINES, type RunLogLine } from '../../ops/run-log.queries.js';
import { ExitCode } from '../../process/exit-code.js';
import type { Application } from '../application.js';
import { printable } from '../format/printable.js';
import type { JsonOption } from '../options.js';
import type { Terminal } from '../terminal.js';

const LOOK_EVERY_MS = 500;

export interface LogsOptions extends JsonOption {
  readonly follow?: boolean;
  readonly level?: LineLevel;
}

/** The log lines of a run; with `--follow` until it has ended, and as JSON then one line each. */
export async function logs(
  application: Application,
  terminal: Terminal,
  id: string,
  { follow, level, json }: LogsOptions,
): Promise<ExitCode> {
  const { runs, runLogs } = application;
  let after = 0;
  // The last lines of a run are recorded a moment after its end.
  let settled = false;
  for (;;) {
    const { finishedAt } = await runs.get(id);
    const lines = await runLogs.lines(id, { after, level, limit: MAX_LOG_LINES });
    if (json && !follow) terminal.printJson(lines);
    else if (json) for (const line of lines) terminal.printJsonLine(line);
    else for (const line of lines) terminal.print(lineText(line, terminal));
    after = lines.at(-1)?.position ?? after;
    if (lines.length === 0 && after === 0 && !follow && !json) {
      terminal.say(`No lines${level ? ` of level ${level} or worse` : ''} are on record for this run.`);
    }
    if (!follow || (settled && lines.length === 0)) return ExitCode.success;
    if (lines.length > 0) continue;
    await sleep(LOOK_EVERY_MS);
    settled = finishedAt !== null;
  }
}

function lineText({ at, level, message, fields }: RunLogLine, { colors }: Terminal): string {
  const paint = level === 'error' || level === 'fatal' ? colors.red : level === 'warn' ? colors.yellow : colors.dim;
  const { context: _, ...rest } = fields;
  const words = Object.entries(rest).map(([name, value]) => messageOf(value) ?? `${name}=${JSON.stringify(value)}`);
  const text = [message, ...words].join(' ');
  return `${colors.dim(at.toISOString())} ${paint(level.padEnd(5))} ${printable(text)}`;
}

/** Of an error, in its own words. */
function messageOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('message' in value)) return undefined;
  return `(${String(value.message)})`;
}
