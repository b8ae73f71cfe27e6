import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../measure/answering.ts';
import { onCores, SERVER_CORE } from '../measure/cores.ts';
import { newFolder } from '../measure/folders.ts';

const POLL_INTERVAL_MS = 20;

/** A real front end before the load server. Its output is the status of each of its answers. */
export class Front {
  readonly url: string;
  private readonly child: ChildProcess;
  private readonly log: string;

  private constructor(url: string, child: ChildProcess, log: string) {
    this.url = url;
    this.child = child;
    this.log = log;
  }

  static isInstalled(program: string): boolean {
    return spawnSync(program, ['-v'], { stdio: 'ignore' }).error === undefined;
  }

  /** `configure` writes the configuration and returns the arguments of the program. */
  static async start(program: string, configure: (port: number) => readonly string[]): Promise<Front> {
    const port = await freePort();
    const [command, ...parameters] = onCores(SERVER_CORE, [program, ...configure(port)]);
    const log = join(newFolder(), 'statuses');
    const file = openSync(log, 'a');
    const child = spawn(command, parameters, { stdio: ['ignore', file, 'ignore'] });
    closeSync(file);
    while (!(await listens(port))) await sleep(POLL_INTERVAL_MS);
    return new Front(`http://127.0.0.1:${port}`, child, log);
  }

  /** Refused requests so far. */
  get refused(): number {
    const statuses = readFileSync(this.log, 'utf8').match(/^\d{3}$/gm) ?? [];
    return statuses.filter((status) => status === '429' || status === '503').length;
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill();
    await exited;
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    const settle = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}
