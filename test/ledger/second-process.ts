import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { LedgerRole } from '../../src/ledger/ledger-connection.ts';

const PROGRAM = new URL('ledger-process.ts', import.meta.url).pathname;

/** A real process with the ledger, to be killed. */
export class SecondProcess {
  private static readonly started = new Set<SecondProcess>();
  private readonly child: ChildProcessByStdio<Writable, Readable, null>;
  private readonly lines: Interface;

  /** `limit`: the longest file it may write, in blocks of 512 bytes. */
  constructor(role: LedgerRole, path: string, { limit }: { limit?: number } = {}) {
    const node = [process.execPath, '--no-warnings', PROGRAM, role, path];
    const command = limit === undefined ? node : ['sh', '-c', `ulimit -f ${limit}; exec "$@"`, 'sh', ...node];
    const [file = '', ...parameters] = command;
    this.child = spawn(file, parameters, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.child.stdout });
    SecondProcess.started.add(this);
  }

  static async open(...parameters: ConstructorParameters<typeof SecondProcess>): Promise<SecondProcess> {
    const second = new SecondProcess(...parameters);
    await second.ask('open');
    return second;
  }

  static async killAll(): Promise<void> {
    await Promise.all([...SecondProcess.started].map((second) => second.kill()));
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  async ask<T>(action: string, ...parameters: unknown[]): Promise<T> {
    this.child.stdin.write(`${JSON.stringify([action, ...parameters])}\n`);
    const [line] = (await once(this.lines, 'line')) as [string];
    const answer = JSON.parse(line) as { value: T; error?: { message: string } };
    if (answer.error) throw new Error(answer.error.message);
    return answer.value;
  }

  async kill(): Promise<void> {
    SecondProcess.started.delete(this);
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}
