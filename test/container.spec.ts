import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { START_OPTIONS } from '../scripts/start-options.ts';
import { ROOT } from './built-program.ts';
import { dockerfile } from './container/dockerfile.ts';
import { ImageLayout } from './container/image-layout.ts';
import { LogStream } from './faults/process/log-stream.ts';

/** Only root may become another user, who must then be able to reach what the layout links to. */
const canChangeUser = process.getuid?.() === 0 && isOpenToAll(ROOT) && isOpenToAll(process.execPath);
const whenChanged = canChangeUser ? it : it.skip;

describe('the image', () => {
  let layout: ImageLayout;
  let worker: ChildProcess | undefined;
  let port: string;

  beforeAll(async () => {
    port = await freePort();
    layout = new ImageLayout();
    if (canChangeUser) chownSync(layout.data, dockerfile.user.uid, dockerfile.user.gid);
    chmodSync(layout.data, 0o750);
  });

  afterEach(async () => {
    if (worker?.exitCode === null && worker.signalCode === null) {
      worker.kill('SIGKILL');
      await once(worker, 'exit');
    }
    worker = undefined;
  });

  afterAll(() => layout.remove());

  const environment = (): Record<string, string> => ({
    ...layout.environment,
    PORT: port,
    DATA_API_URL: 'http://127.0.0.1:9',
  });
  const user = () => (canChangeUser ? dockerfile.user : {});

  async function start(): Promise<ChildProcess> {
    const [program = '', ...parameters] = layout.command('CMD');
    const options = { cwd: layout.root, env: environment(), ...user() };
    worker = spawn(program, parameters, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
    await printed(worker, 'Worker ready');
    return worker;
  }

  function checkHealth() {
    const [program = '', ...parameters] = layout.command('HEALTHCHECK');
    return spawnSync(program, parameters, { cwd: layout.root, env: environment(), encoding: 'utf8', ...user() });
  }

  it('runs as a numeric user that is not root', () => {
    expect(dockerfile.user.uid).toBeGreaterThan(0);
    expect(dockerfile.user.gid).toBeGreaterThan(0);
  });

  it('starts the worker with the options that the npm scripts give it', () => {
    expect(dockerfile.command('CMD')).toEqual(['node', ...START_OPTIONS, '--', '/app/dist/main.js']);
  });

  it('starts without development dependencies in a folder it cannot write to, and keeps its ledger in /data', async () => {
    await start();
    expect(existsSync(join(layout.data, 'worker.db'))).toBe(true);
  });

  whenChanged('gives the ledger to the user of the image', async () => {
    await start();
    expect(statSync(join(layout.data, 'worker.db'))).toMatchObject(dockerfile.user);
  });

  it('ends with 0 on SIGTERM', async () => {
    const started = await start();
    started.kill('SIGTERM');
    expect(await once(started, 'exit')).toEqual([0, null]);
  });

  it('is healthy while the worker answers, although it listens on every address', async () => {
    await start();
    expect(environment()['HOST']).toBe('0.0.0.0');
    expect(checkHealth()).toMatchObject({ status: 0 });
  });

  it('is unhealthy when nothing listens', () => {
    expect(checkHealth()).toMatchObject({ status: 1, stdout: expect.stringContaining('ECONNREFUSED') });
  });

  it('is unhealthy when the worker hangs', async () => {
    const started = await start();
    started.kill('SIGSTOP');
    expect(checkHealth()).toMatchObject({ status: 1, stdout: expect.stringContaining('no answer') });
    started.kill('SIGCONT');
  });

  it('is unhealthy when the worker says so', async () => {
    // A process of its own answers, since waiting for the command blocks this one.
    const answer = `require('http').createServer((_, r) => r.writeHead(503).end()).listen(${port}, () => console.log('Listening'))`;
    worker = spawn(process.execPath, ['-e', answer], { stdio: ['ignore', 'pipe', 'inherit'] });
    await printed(worker, 'Listening');
    expect(checkHealth()).toMatchObject({ status: 1, stdout: expect.stringContaining('503') });
  });
});

async function printed({ stdout }: ChildProcess, text: string): Promise<void> {
  const log = new LogStream();
  if (stdout) log.collect(stdout);
  await log.find(text);
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

function isOpenToAll(path: string): boolean {
  const parent = dirname(path);
  return (statSync(path).mode & 0o005) === 0o005 && (parent === path || isOpenToAll(parent));
}
