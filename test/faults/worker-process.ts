import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { within } from './next-event.ts';
import { START_ENVIRONMENT, START_OPTIONS } from '../../scripts/start-options.ts';
import { LogStream } from './process/log-stream.ts';
import { type ProcessStatus, processStatus } from './process/process-status.ts';

/** Where the built program is; `WORKER_DIST` names another folder. */
const DIST = resolve(process.env['WORKER_DIST'] ?? fileURLToPath(new URL('../../dist', import.meta.url)));

const NO_VARIABLES = fileURLToPath(new URL('./no-variables.env', import.meta.url));

export interface LaunchOptions {
  readonly program: 'main' | 'cli';
  readonly arguments?: readonly string[];
  /** The whole environment, but for the PATH. */
  readonly environment: Readonly<Record<string, string>>;
  /** Working directory. */
  readonly folder: string;
  /** Runs as this user and group; needs root. */
  readonly user?: number;
  /** A command line that starts the program, which is appended to it. */
  readonly through?: readonly string[];
  /** A descriptor to print to, in place of `WorkerProcess.log`. */
  readonly stdout?: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A started program: its output, its answers, what it takes of the machine, and its end. */
export class WorkerProcess {
  readonly startedAt = Date.now();
  /** Standard output of the service: its log. */
  readonly log = new LogStream();
  readonly errorOutput = new LogStream();
  readonly exited: Promise<Exit>;
  private readonly child: ChildProcess;
  private readonly port: number;
  private end: Exit | undefined;
  private highestRss = 0;

  constructor(options: LaunchOptions) {
    const { program, environment, folder, user, stdout, through = [] } = options;
    const [command = '', ...parameters] = [
      ...through,
      process.execPath,
      ...START_OPTIONS,
      // What follows is no option of Node.js, which has one of the same name.
      '--',
      resolve(DIST, `${program}.js`),
      // What a developer has in `.env` is none of the tests' business.
      ...['--env-file', NO_VARIABLES],
      ...(options.arguments ?? []),
    ];
    this.port = Number(environment['PORT'] ?? 0);
    this.child = spawn(command, parameters, {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', ...START_ENVIRONMENT, ...environment },
      stdio: ['ignore', stdout ?? 'pipe', 'pipe'],
      ...(user !== undefined && { uid: user, gid: user }),
    });
    if (this.child.stdout) this.log.collect(this.child.stdout);
    if (this.child.stderr) this.errorOutput.collect(this.child.stderr);
    this.exited = new Promise((resolveExit) => {
      this.child.once('error', (error) => this.errorOutput.lines.push({ text: error.message, msg: error.message }));
      this.child.once('close', (code, signal) => resolveExit((this.end = { code, signal, at: Date.now() })));
    });
    this.watchMemory();
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get running(): boolean {
    return this.end === undefined;
  }

  /** Everything it has printed. */
  get output(): string {
    return `${this.log.text}\n${this.errorOutput.text}`;
  }

  get status(): ProcessStatus | undefined {
    return processStatus(this.pid);
  }

  /** Resident memory at its highest, in bytes; known after the end too. */
  get peakRss(): number {
    return this.highestRss;
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.child.kill(signal);
  }

  /** Stops it from being scheduled, as a debugger or a suspended machine does, until `resume`. */
  pause(): void {
    this.kill('SIGSTOP');
  }

  resume(): void {
    this.kill('SIGCONT');
  }

  /** Sends the signal and waits for the end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', timeout = 30_000): Promise<Exit> {
    this.kill(signal);
    return this.exit(timeout);
  }

  async exit(timeout = 30_000): Promise<Exit> {
    try {
      return await within(timeout, `the end of process ${this.pid}`, this.exited);
    } catch (error) {
      throw new Error(`${(error as Error).message}; its output ends with:\n${this.output.slice(-3_000)}`, {
        cause: error,
      });
    }
  }

  /** Resolves when `/health/ready` answers 200; rejects when the process ends instead. */
  async ready(timeout = 20_000): Promise<this> {
    await this.health('/health/ready', (status) => status === 200, timeout);
    return this;
  }

  /** Asks until the answer fits, every 20 ms: a probe does the same. */
  async health(
    path: string,
    fits: (status: number, body: unknown) => boolean = () => true,
    timeout = 20_000,
  ): Promise<HealthAnswer> {
    const deadline = Date.now() + timeout;
    let last: HealthAnswer | undefined;
    while (Date.now() < deadline && this.running) {
      last = await ask(`http://127.0.0.1:${this.port}${path}`);
      if (last && fits(last.status, last.body)) return last;
      await new Promise((resolveWait) => setTimeout(resolveWait, 20));
    }
    const state = this.running ? `the last answer was ${JSON.stringify(last)}` : 'the process has ended';
    throw new Error(`${path} did not answer as expected: ${state}\n${this.output.slice(-3_000)}`);
  }

  private watchMemory(): void {
    const timer = setInterval(() => {
      this.highestRss = Math.max(this.highestRss, this.status?.peakRss ?? 0);
    }, 50).unref();
    void this.exited.then(() => clearInterval(timer));
  }
}

export interface HealthAnswer {
  readonly status: number;
  readonly body: unknown;
}

async function ask(url: string): Promise<HealthAnswer | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    return { status: response.status, body: await response.json() };
  } catch {
    return undefined;
  }
}
