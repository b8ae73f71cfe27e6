import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENT_CORE, onCore } from './cores.ts';
import { newFolder } from './folders.ts';

export interface ProgramOptions {
  /** What `node` is started with. */
  readonly parameters: readonly string[];
  /** The whole environment, but for the PATH. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A Node.js program under measurement: on the client's core, in an empty folder, its output in files there. */
export class Program {
  /** Milliseconds since the epoch. */
  readonly startedAt = performance.timeOrigin + performance.now();
  readonly folder = newFolder();
  private readonly child: ChildProcess;
  private readonly exited: Promise<number | null>;

  constructor({ parameters, environment = {} }: ProgramOptions) {
    const output = openSync(this.outputFile, 'w');
    const log = openSync(this.logFile, 'w');
    const [command, ...rest] = onCore(CLIENT_CORE, [process.execPath, ...parameters]);
    this.child = spawn(command, rest, {
      cwd: this.folder,
      env: { PATH: process.env['PATH'] ?? '', ...environment },
      stdio: ['ignore', output, log],
    });
    closeSync(output);
    closeSync(log);
    this.exited = new Promise((resolve) => this.child.once('exit', resolve));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** What it wrote to standard output. */
  get output(): string {
    return readFileSync(this.outputFile, 'utf8');
  }

  /** Resolves when it ends with 0, rejects when it ends with anything else. */
  async succeeded(): Promise<void> {
    const code = await this.exited;
    if (code !== 0) throw this.failure(`ended with ${code}`);
  }

  /** Rejects when it ends before the other promise resolves. */
  async during<T>(other: Promise<T>): Promise<T> {
    const ended = this.exited.then((code) => {
      throw this.failure(`ended early, with ${code}`);
    });
    return Promise.race([other, ended]);
  }

  /** SIGTERM, and the wait for the end. */
  async stop(): Promise<void> {
    this.child.kill();
    await this.exited;
  }

  private failure(problem: string): Error {
    const log = `${this.output}\n${readFileSync(this.logFile, 'utf8')}`.trim().slice(-2_000);
    return new Error(`${this.child.spawnargs.join(' ')} ${problem}:\n${log}`);
  }

  private get outputFile(): string {
    return join(this.folder, 'stdout');
  }

  private get logFile(): string {
    return join(this.folder, 'stderr');
  }
}
