import type { RunStatus } from '../../runs/run.js';
import { ExitCode } from '../../process/exit-code.js';
import type { Application } from '../application.js';
import { runTable } from '../run-table.js';
import type { JsonOption } from '../options.js';
import type { Terminal } from '../terminal.js';

export interface HistoryOptions extends JsonOption {
  readonly status?: readonly RunStatus[];
  readonly limit: number;
}

export async function history(
  application: Application,
  terminal: Terminal,
  task: string | undefined,
  { json, status, limit }: HistoryOptions,
): Promise<ExitCode> {
  const query = { limit, ...(task !== undefined && { task }), ...(status && { statuses: status }) };
  const runs = await application.runs.list(query);
  if (json) terminal.printJson(runs);
  else if (runs.length > 0) terminal.print(runTable(runs, terminal.layout(application.clock.now())));
  else terminal.say(emptyHistory(task, status));
  return ExitCode.success;
}

function emptyHistory(task: string | undefined, status: readonly RunStatus[] | undefined): string {
  const of = task === undefined ? '' : ` of ${task}`;
  if (status) return `No runs${of} with status ${status.join(' or ')}.`;
  return `No runs${of} yet. \`worker run ${task ?? 'NAME'}\` starts one.`;
}
