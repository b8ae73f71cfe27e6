/**
 * Draws the picture of the README from real output, into `docs/terminal.svg`:
 *
 *     npm run docs:picture
 *
 * Runs the built worker against a sandbox for a while, with the schedules of the demo, and asks the
 * command line what has happened.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { DemoWorker } from '../sandbox/demo/demo-worker.ts';
import { freePort } from '../sandbox/demo/free-port.ts';
import { workerEnvironment, workerSettings } from '../sandbox/demo/worker-environment.ts';
import { startFeed } from '../sandbox/feed.ts';
import { startSandbox } from '../sandbox/sandbox-server.ts';
import { terminalSvg } from './picture/terminal-svg.ts';

const WATCHED_MS = 32_000;
const SEED = 1;
const DIST = join(import.meta.dirname, '../dist');
const PICTURE = join(import.meta.dirname, '../docs/terminal.svg');

interface ListedRun {
  readonly id: string;
}

const folder = mkdtempSync(join(tmpdir(), 'picture-'));
const sandbox = await startSandbox({ seed: SEED, knobs: { latencyMs: 5, jitterMs: 15 } });
const stopFeed = startFeed(sandbox, SEED);
const settings = workerSettings(folder, sandbox.url);
const environment = { ...workerEnvironment(settings, await freePort(3_000), process.env), LOG_LEVEL: 'silent' };
const worker = new DemoWorker(join(DIST, 'main.js'), environment, folder);
await sleep(WATCHED_MS);

const [failed] = await runs('process_pending_orders', '--status', 'partial');
const [newest] = await runs('process_pending_orders');
const screen: string[] = [];
for (const command of [['list'], ['history', '--limit', '5'], ['show', (failed ?? newest)?.id.slice(0, 18) ?? '']]) {
  screen.push(`\x1b[90m$\x1b[39m npx worker ${command.join(' ')}`, await cli(command, '1'));
}
writeFileSync(PICTURE, terminalSvg('worker list, worker history and worker show', screen.join('\n')));

worker.stop();
await worker.exited;
stopFeed();
await sandbox.close();
rmSync(folder, { recursive: true, force: true });

async function runs(...parameters: string[]): Promise<ListedRun[]> {
  return JSON.parse(await cli(['history', ...parameters, '--json'], '0')) as ListedRun[];
}

async function cli(parameters: readonly string[], color: '0' | '1'): Promise<string> {
  const options = { cwd: folder, env: { ...environment, FORCE_COLOR: color } };
  const { stdout } = await promisify(execFile)(process.execPath, [join(DIST, 'cli.js'), ...parameters], options);
  return stdout;
}
