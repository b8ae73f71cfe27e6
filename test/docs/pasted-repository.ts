import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/sandbox-server.ts';
import { DIST, ROOT } from '../built-program.ts';

const NOT_COPIED = new Set(['node_modules', '.git', '.env', 'dist', 'data', 'coverage']);
const MAX_COMMAND_MS = 240_000;

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a reader of a document has: a repository, installed and built, beside a Data API. */
export class PastedRepository {
  readonly folder = mkdtempSync(join(tmpdir(), 'pasted-'));
  private sandbox: Sandbox | undefined;
  private port = 0;

  static async create(): Promise<PastedRepository> {
    const repository = new PastedRepository();
    const { folder } = repository;
    cpSync(ROOT, folder, { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) || path === ROOT });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    cpSync(DIST, join(folder, 'dist'), { recursive: true });
    repository.sandbox = await startSandbox();
    repository.port = await freePort();
    return repository;
  }

  paste(path: string, code: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${code}\n`);
  }

  /** Runs a command line in the folder. The documents speak of port 3000; here it may be taken. */
  async run(command: string): Promise<Result> {
    const script = command.replaceAll('127.0.0.1:3000', `127.0.0.1:${this.port}`);
    const options = { cwd: this.folder, env: this.environment(), timeout: MAX_COMMAND_MS, maxBuffer: 16 * 2 ** 20 };
    const shell = ['--norc', '-euo', 'pipefail', '-c', script];
    try {
      return { code: 0, ...(await promisify(execFile)('bash', shell, options)) };
    } catch (error) {
      const { code = 1, stdout = '', stderr = String(error) } = error as Partial<Result>;
      return { code, stdout, stderr };
    }
  }

  async remove(): Promise<void> {
    await this.sandbox?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private environment(): NodeJS.ProcessEnv {
    const { PATH = '', HOME = tmpdir() } = process.env;
    return {
      // The Node.js that runs this test is the one of the commands.
      PATH: [dirname(process.execPath), join(this.folder, 'node_modules/.bin'), PATH].join(delimiter),
      HOME,
      NO_COLOR: '1',
      DATA_API_URL: this.sandbox?.url,
      PORT: String(this.port),
    };
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
