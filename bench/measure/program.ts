import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENT_CORE, onCores } from './cores.ts';
import { newFolder } from './folders.ts';

export interface ProgramOptions {
  /** Arguments of `node`. */
  readonly parameters: readonly string[];
  /** The whole environment, except PATH. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: one; the server has the other. */
  readonly cores?: string | undefined;
}

/** The file, in its working directory, to which a program writes its own measurements. */
export const REPORT = 'report.json';
const ERRORS = 'stderr';

/** A Node.js program being measured in an empty folder. Its standard output is discarded. */
export class Program {
  readonly startedAt = performance.now();
  private readonly folder = newFolder();
  private readonly child: ChildProcess;
  private readonly exited: Promise<number | null>;

  constructor({ parameters, environment = {}, cores = CLIENT_CORE }: ProgramOptions) {
    const errors = openSync(join(this.folder, ERRORS), 'w');
    const [command, ...rest] = onCores(cores, [process.execPath, '--no-warnings', ...parameters]);
    this.child = spawn(command, rest, {
      cwd: this.folder,
      env: { PATH: process.env['PATH'] ?? '', ...environment },
      stdio: ['ignore', 'ignore', errors],
    });
    closeSync(errors);
    this.exited = new Promise((resolve) => this.child.once('exit', resolve));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Resolves when the program ends with one of these codes, rejects for any other. */
  async ended(...codes: readonly number[]): Promise<void> {
    const code = await this.exited;
    if (code === null || !codes.includes(code)) throw this.failure(code);
  }

  /** Waits for an effect of the program; rejects when the program ends before. */
  async during<T>(event: Promise<T>): Promise<T> {
    const ended = this.exited.then((code) => {
      throw this.failure(code);
    });
    return Promise.race([event, ended]);
  }

  /** Reads the report that the program wrote. */
  async report<T>(): Promise<T> {
    await this.ended(0);
    return JSON.parse(readFileSync(join(this.folder, REPORT), 'utf8')) as T;
  }

  /** Sends SIGTERM and waits for the end. */
  async stop(): Promise<void> {
    this.child.kill();
    await this.exited;
  }

  private failure(code: number | null): Error {
    const errors = readFileSync(join(this.folder, ERRORS), 'utf8').trim().slice(-2_000);
    return new Error(`${this.child.spawnargs.join(' ')} ended with ${code}:\n${errors}`);
  }
}
