import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const TASKS = ['cleanup_old_orders', 'process_pending_orders', 'send_reminders', 'sync_external_data'];

/** The fields of a run that the summary needs. */
export interface FinishedRun {
  readonly task: string;
  readonly status: string;
  readonly result: unknown;
}

/** Prints a summary of all runs. Returns the tasks that never succeeded. */
export async function printSummary(cli: string, environment: NodeJS.ProcessEnv, folder: string): Promise<string[]> {
  const runs = await readHistory(cli, environment, folder);
  console.log(`\n${summarise(runs)}\n`);
  const missing = withoutSuccess(TASKS, runs);
  if (missing.length > 0) console.log(`  Never succeeded: ${missing.join(', ')}.`);
  return missing;
}

/**
 * Reads all runs, newest first, with `worker history --json`. `folder` is the working directory.
 */
async function readHistory(
  cli: string,
  environment: NodeJS.ProcessEnv,
  folder: string,
): Promise<readonly FinishedRun[]> {
  const parameters = [cli, 'history', '--limit', '10000', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, parameters, {
    cwd: folder,
    env: environment,
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout) as FinishedRun[];
}

/** One line per task: outcomes of its runs, and the newest result. */
export function summarise(runs: readonly FinishedRun[]): string {
  const lines = [...Map.groupBy(runs, ({ task }) => task)].sort(([a], [b]) => a.localeCompare(b));
  const rows = lines.map(([task, runs]) => [task, outcomes(runs), JSON.stringify(newestResult(runs) ?? null)]);
  const table = [['task', 'runs', 'newest result'], ...rows];
  const widths = [0, 1].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`).join('\n');
}

/** Tasks without a successful run. */
export function withoutSuccess(tasks: readonly string[], runs: readonly FinishedRun[]): string[] {
  const succeeded = new Set(runs.filter(({ status }) => status === 'succeeded').map(({ task }) => task));
  return tasks.filter((task) => !succeeded.has(task));
}

function outcomes(runs: readonly FinishedRun[]): string {
  const counts = [...Map.groupBy(runs, ({ status }) => status)];
  return counts.map(([status, { length }]) => `${length} ${status}`).join(', ');
}

function newestResult(runs: readonly FinishedRun[]): unknown {
  return runs.find(({ result }) => result !== null)?.result;
}
