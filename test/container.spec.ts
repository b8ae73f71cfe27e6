import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { START_ENVIRONMENT, START_OPTIONS } from '../scripts/start-options.ts';
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

  async function start(more: Record<string, string> = {}): Promise<ChildProcess> {
    const [program = '', ...parameters] = layout.command('CMD');
    const options = { cwd: layout.root, env: { ...environment(), ...more }, ...user() };
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

  it('starts the worker with the options and variables that the npm scripts give it', () => {
    expect(dockerfile.command('CMD')).toEqual(['node', ...START_OPTIONS, '--', '/app/dist/main.js']);
    expect(dockerfile.environment).toMatchObject(START_ENVIRONMENT);
  });

  it('holds the bundle, no packages, and no more than 40 MB', () => {
    expect(existsSync(join(layout.app, 'dist', 'main.js'))).toBe(true);
    const paths = readdirSync(layout.app, { recursive: true, withFileTypes: true });
    expect(paths.filter(({ name }) => name === 'node_modules')).toEqual([]);
    const files = paths.filter((path) => path.isFile());
    const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
    expect(bytes).toBeLessThan(40 * 1024 * 1024);
  });

  it('has the Node.js that package.json brings for development', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      optionalDependencies: Record<string, string>;
    };
    expect(new Set(Object.values(optionalDependencies))).toEqual(new Set([dockerfile.nodeVersion]));
  });

  it('is defined for amd64 and arm64, and built on the platform at hand', () => {
    const bake = readFileSync(join(ROOT, 'docker-bake.hcl'), 'utf8');
    const platforms = [...bake.matchAll(/platforms *= \[(.*)\]/g)].map(([, list]) => list);
    expect(platforms).toEqual(['"linux/amd64", "linux/arm64"', '"linux/amd64", "linux/arm64"']);
    expect(readFileSync(join(ROOT, 'Dockerfile'), 'utf8')).toMatch(/^FROM --platform=\$BUILDPLATFORM .* AS build$/m);
  });

  it.each(['json', 'pretty'])('logs as %s', async (LOG_FORMAT) => {
    await start({ LOG_FORMAT });
  });

  it('starts in a read-only folder, without development dependencies, its ledger in /data', async () => {
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
