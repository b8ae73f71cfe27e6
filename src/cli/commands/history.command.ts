import { ExitCode } from '../../process/exit-code.js';
import type { RunStatus, RunTrigger } from '../../runs/run.js';
import type { Application } from '../application.js';
import type { JsonOption } from '../options.js';
import { runTable } from '../run-table.js';
import type { Terminal } from '../terminal.js';

export interface HistoryOptions extends JsonOption {
  readonly status?: readonly RunStatus[];
  readonly trigger?: readonly RunTrigger[];
  readonly since?: Date;
  readonly until?: Date;
  readonly limit: number;
}

export async function history(
  application: Application,
  terminal: Terminal,
  task: string | undefined,
  options: HistoryOptions,
): Promise<ExitCode> {
  const { json, status: statuses, trigger: triggers, since, until, limit } = options;
  const runs = await application.runs.list({ task, statuses, triggers, since, until, limit });
  if (json) terminal.printJson(runs);
  else if (runs.length > 0) terminal.print(runTable(runs, terminal.layout(application.clock.now())));
  else terminal.say(emptyHistory(task, options));
  return ExitCode.success;
}

function emptyHistory(task: string | undefined, { status, trigger, since, until }: HistoryOptions): string {
  const of = task === undefined ? '' : ` of ${task}`;
  const narrowed = [
    status && ` with status ${status.join(' or ')}`,
    trigger && ` with trigger ${trigger.join(' or ')}`,
    since && ` since ${since.toISOString()}`,
    until && ` before ${until.toISOString()}`,
  ].filter(Boolean);
  if (narrowed.length > 0) return `No runs${of}${narrowed.join('')}.`;
  return `No runs${of} yet. \`worker run ${task ?? 'NAME'}\` starts one.`;
}
