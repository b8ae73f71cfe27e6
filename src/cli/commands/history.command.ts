import type { RunStatus } from '../../runs/run.js';
import type { Application } from '../application.js';
import { ExitCode } from '../exit-code.js';
import { runJson } from '../run-json.js';
import { runTable } from '../run-table.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usage.error.js';

export interface HistoryOptions {
  readonly json?: boolean;
  readonly status?: readonly RunStatus[];
  readonly limit: number;
}

export async function history(
  application: Application,
  terminal: Terminal,
  task: string | undefined,
  { json, status, limit }: HistoryOptions,
): Promise<ExitCode> {
  const { registry, ledger, history, clock } = application;
  await ledger.open('reader');
  const runs = await history.list({ limit, ...(task !== undefined && { task }), ...(status && { statuses: status }) });
  // A task that was removed keeps its history, so only a name without any is taken for a mistake.
  if (task !== undefined && runs.length === 0 && !registry.find(task))
    throw UsageError.unknownTask(task, registry.nearest(task));
  if (json) {
    terminal.printJson(runs.map(runJson));
  } else if (runs.length === 0) {
    terminal.say(emptyHistory(task, status));
  } else {
    const { colors, width } = terminal;
    terminal.print(runTable(runs, { now: clock.now(), colors, width }));
  }
  return ExitCode.success;
}

function emptyHistory(task: string | undefined, status: readonly RunStatus[] | undefined): string {
  const of = task === undefined ? '' : ` of ${task}`;
  if (status) return `No runs${of} with status ${status.join(' or ')}.`;
  return `No runs${of} yet. \`worker run ${task ?? 'NAME'}\` starts one.`;
}
