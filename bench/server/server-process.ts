import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onCores, SERVER_CORE } from '../measure/cores.ts';
import type { LoadEvent, LoadProfile, LoadStatistics, ServerCommand, ServerMessage } from './load-profile.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** The load server in its own process, on its own core. */
export class ServerProcess {
  private readonly child: ChildProcess;
  private port = 0;

  private constructor() {
    const [command, ...parameters] = onCores(SERVER_CORE, [process.execPath, MAIN]);
    this.child = spawn(command, parameters, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  static async start(): Promise<ServerProcess> {
    const server = new ServerProcess();
    const { listening } = await server.next((message) => 'listening' in message);
    server.port = listening;
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Starts over with all counts at zero. */
  async load(profile: LoadProfile): Promise<void> {
    this.tell({ load: profile });
    await this.next((message) => 'loaded' in message);
  }

  async statistics(): Promise<LoadStatistics> {
    this.tell({ report: true });
    const { statistics } = await this.next((message) => 'statistics' in message);
    return statistics;
  }

  /** Call it before the action that causes the event. */
  async event(name: LoadEvent): Promise<void> {
    await this.next((message): message is { event: LoadEvent } => 'event' in message && message.event === name);
  }

  stop(): void {
    this.child.kill();
  }

  private tell(command: ServerCommand): void {
    this.child.send(command);
  }

  private next<T extends ServerMessage>(fits: (message: ServerMessage) => message is T): Promise<T> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error('The load server ended unexpectedly'));
      const listen = (message: ServerMessage) => {
        if (!fits(message)) return;
        this.child.off('message', listen).off('exit', ended);
        resolve(message);
      };
      this.child.on('message', listen).once('exit', ended);
    });
  }
}
