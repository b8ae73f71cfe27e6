import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScriptedServer } from './scripted-server.ts';
import { type LaunchOptions, WorkerProcess } from './worker-process.ts';

export const TASKS = ['cleanup_old_orders', 'send_reminders', 'sync_external_data', 'process_pending_orders'] as const;
export type TaskName = (typeof TASKS)[number];

/** Must never appear in any output. */
export const TOKEN = 's3cret-Token-of-the-fault-suite';

/** A run in its JSON form, as users see it. */
export interface RecordedRun {
  readonly id: string;
  readonly task: string;
  readonly trigger: string;
  readonly slot: string | null;
  readonly status: string;
  readonly reason: string | null;
  readonly attempt: number;
  readonly queuedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly items: { total: number; succeeded: number; failed: number; skipped: number } | null;
  readonly result: unknown;
  readonly error: { readonly name: string; readonly message: string; readonly code: string } | null;
}

export interface FailedItem {
  readonly id: string;
  readonly error: { readonly name: string; readonly message: string; readonly code: string };
  readonly attempts: number;
}

export interface CommandEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly peakRss: number;
}

type Environment = Readonly<Record<string, string>>;
type Launch = Partial<Omit<LaunchOptions, 'program' | 'environment'>>;

/** One Data API, one ledger, and the programs that are started on them. */
export class Scenario {
  readonly folder = mkdtempSync(join(tmpdir(), 'worker-faults-'));
  readonly ledger = join(this.folder, 'worker.db');
  readonly server: ScriptedServer;
  readonly processes: WorkerProcess[] = [];
  /** Added to the environment of every program. */
  environment: Environment = {};

  private constructor(server: ScriptedServer) {
    this.server = server;
  }

  static async begin(server = new ScriptedServer()): Promise<Scenario> {
    return new Scenario(await server.listen());
  }

  /** Starts the service. Every task is off unless the environment schedules it. */
  async start(environment: Environment = {}, launch: Launch = {}): Promise<WorkerProcess> {
    return this.launch('main', { PORT: String(await freePort()), ...environment }, launch);
  }

  /** Starts the service and waits until it is ready. */
  async ready(environment: Environment = {}, launch: Launch = {}): Promise<WorkerProcess> {
    return (await this.start(environment, launch)).ready();
  }

  /** Starts a command of the CLI. */
  command(parameters: readonly string[], environment: Environment = {}, launch: Launch = {}): WorkerProcess {
    return this.launch('cli', environment, { ...launch, arguments: parameters });
  }

  async run(
    parameters: readonly string[],
    environment: Environment = {},
    { timeout = 30_000, ...launch }: Launch & { readonly timeout?: number } = {},
  ): Promise<CommandEnd> {
    const process = this.command(parameters, environment, launch);
    const { code } = await process.exit(timeout);
    return { code, stdout: process.log.text, stderr: process.errorOutput.text, peakRss: process.peakRss };
  }

  /** `worker run TASK --json`: the run, and how the command ended. */
  async runTask(task: TaskName, environment: Environment = {}): Promise<CommandEnd & { readonly run: RecordedRun }> {
    const end = await this.run(['run', task, '--json'], environment);
    return { ...end, run: parse<RecordedRun>(end) };
  }

  /** Every recorded run, newest first, as `worker history` tells. */
  async history(task?: TaskName, environment: Environment = {}): Promise<readonly RecordedRun[]> {
    const parameters = ['history', ...(task ? [task] : []), '--json', '--limit', '10000'];
    return parse<readonly RecordedRun[]>(await this.run(parameters, environment));
  }

  async failedItems(runId: string): Promise<readonly FailedItem[]> {
    return parse<{ failedItems: readonly FailedItem[] }>(await this.run(['show', runId, '--json'])).failedItems;
  }

  /** Ends whatever still runs, and removes every trace. */
  async end(): Promise<void> {
    for (const process of this.processes) if (process.running) process.kill('SIGKILL');
    await Promise.all(this.processes.map((process) => process.exited));
    await this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private launch(program: 'main' | 'cli', environment: Environment, launch: Launch): WorkerProcess {
    const off = Object.fromEntries(TASKS.map((task) => [`TASK_${task.toUpperCase()}_SCHEDULE`, 'off']));
    const process = new WorkerProcess({
      program,
      folder: this.folder,
      environment: {
        DATA_API_URL: this.server.url,
        DATA_API_TOKEN: TOKEN,
        DATABASE_URL: `sqlite:${this.ledger}`,
        LOG_FORMAT: 'json',
        ...off,
        ...this.environment,
        ...environment,
      },
      ...launch,
    });
    this.processes.push(process);
    return process;
  }
}

function parse<T>({ code, stdout, stderr }: CommandEnd): T {
  try {
    return JSON.parse(stdout) as T;
  } catch {
    throw new Error(`The command ended with ${code} and printed no JSON:\n${stdout}\n${stderr}`);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** `TASK_<NAME>_<SETTING>` variables of one task. */
export function settings(
  task: TaskName,
  values: Readonly<Partial<Record<'SCHEDULE' | 'TIMEOUT' | 'CATCH_UP' | 'TIMEZONE', string>>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([setting, value]) => [`TASK_${task.toUpperCase()}_${setting}`, value]),
  );
}
