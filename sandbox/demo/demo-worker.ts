import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { START_OPTIONS } from '../../scripts/start-options.ts';

/** The built worker as a child process. */
export class DemoWorker {
  /** Resolves with the exit code as a shell reports it: 128 + number for a signal. */
  readonly exited: Promise<number>;
  private readonly process: ChildProcess;

  /**
   * `folder` becomes the working directory, so that a developer's `.env` is not read. `label` comes
   * before each line of its output.
   */
  constructor(program: string, environment: NodeJS.ProcessEnv, folder: string, label?: string) {
    this.process = spawn(process.execPath, [...START_OPTIONS, program], {
      cwd: folder,
      env: environment,
      stdio: label === undefined ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      // Its own process group: Ctrl-C signals every process of the terminal's group, and the worker
      // would take the demo's own signal for a second one, which ends it at once.
      detached: process.platform !== 'win32',
    });
    this.exited = new Promise((resolve, reject) => {
      this.process.once('error', reject);
      this.process.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
    });
    for (const output of [this.process.stdout, this.process.stderr]) {
      if (output) createInterface({ input: output }).on('line', (line) => console.log(`${label}${line}`));
    }
    // Do not leave the worker running when the demo fails.
    process.once('exit', () => this.process.kill('SIGKILL'));
  }

  stop(): void {
    this.process.kill('SIGTERM');
  }

  kill(): void {
    this.process.kill('SIGKILL');
  }
}
