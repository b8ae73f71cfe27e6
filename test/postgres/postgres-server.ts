import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { freePort } from '../../sandbox/demo/free-port.ts';
import { postgresBinaries, UNPRIVILEGED } from './postgres-binaries.ts';

export const PASSWORD = 'secret-of-the-test-server';

/** Sorts as people do, as many databases out there: what relies on bytes fails. */
const CLUSTER = ['--username=postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--no-locale', '--no-sync'];
const SORTING = ['--locale-provider=icu', '--icu-locale=en'];
/** A password is checked at once, and not for a tenth of a second. */
const HASHING = ['--set', 'scram_iterations=1'];

const SETTINGS = { listen_addresses: '127.0.0.1', unix_socket_directories: '', shared_buffers: '32MB' };
/** What is committed survives a killed server, but no power loss. */
const FAST = { fsync: 'off', full_page_writes: 'off' };

/** Ends the server and removes its folder when the process that started it is gone. */
const GUARD = 'cat >/dev/null; kill -QUIT $(head -n 1 "$0/data/postmaster.pid"); sleep 1; rm -rf "$0"';

interface ServerOptions {
  /** Commits survive a power loss, as in production. */
  readonly durable?: boolean;
  readonly settings?: Readonly<Record<string, string>>;
}

/** A PostgreSQL of its own, which can be killed and started again. Stop it at the end. */
export class PostgresServer {
  readonly port: number;
  private readonly folder: string;
  private readonly program: string;
  private readonly options: ServerOptions;
  private readonly guard: ChildProcess;
  private process: ChildProcess | undefined;

  private constructor(folder: string, program: string, port: number, options: ServerOptions) {
    this.folder = folder;
    this.program = program;
    this.port = port;
    this.options = options;
    const stdio = ['pipe', 'ignore', 'ignore'] as const;
    this.guard = spawn('sh', ['-c', GUARD, folder], { stdio: [...stdio], detached: true });
    this.guard.unref();
  }

  static async start(options: ServerOptions = {}): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'worker-postgres-'));
    const { uid, gid } = { uid: -1, gid: -1, ...UNPRIVILEGED };
    chownSync(folder, uid, gid);
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
    chownSync(passwordFile, uid, gid);
    const binaries = postgresBinaries(folder);
    const parameters = [
      `--pgdata=${join(folder, 'data')}`,
      `--pwfile=${passwordFile}`,
      ...CLUSTER,
      ...SORTING,
      ...HASHING,
    ];
    await promisify(execFile)(join(binaries, 'initdb'), parameters, { ...UNPRIVILEGED, cwd: folder });
    const server = new PostgresServer(folder, join(binaries, 'postgres'), await freePort(0), options);
    await server.start();
    return server;
  }

  /** Of the superuser. */
  get url(): string {
    return `postgres://postgres:${PASSWORD}@127.0.0.1:${this.port}/postgres`;
  }

  /** After a `kill`, at the same address with the same data. Resolves when it takes connections. */
  async start(): Promise<void> {
    const { durable = false, settings } = this.options;
    const all = Object.entries({ ...SETTINGS, ...(durable ? {} : FAST), ...settings, port: String(this.port) });
    const parameters = ['-D', join(this.folder, 'data'), ...all.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
    const stdio = ['ignore', 'ignore', 'pipe'] as const;
    const started = spawn(this.program, parameters, { ...UNPRIVILEGED, stdio: [...stdio], cwd: this.folder });
    this.process = started;
    const lines: string[] = [];
    const ready = Promise.withResolvers<void>();
    createInterface({ input: started.stderr }).on('line', (line) => {
      lines.push(line);
      if (line.includes('ready to accept connections')) ready.resolve();
    });
    started.once('error', ready.reject);
    started.once('exit', () => ready.reject(new Error(`PostgreSQL did not start:\n${lines.join('\n')}`)));
    await ready.promise;
  }

  /** Ends it at once, as a crash does: connections break, and the next start recovers. */
  async kill(): Promise<void> {
    await this.end('SIGQUIT');
  }

  async stop(): Promise<void> {
    await this.end('SIGINT');
    rmSync(this.folder, { recursive: true, force: true });
    this.guard.kill('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const ended = this.process;
    this.process = undefined;
    if (!ended || ended.exitCode !== null || ended.signalCode !== null) return;
    const exit = once(ended, 'exit');
    ended.kill(signal);
    await exit;
  }
}
