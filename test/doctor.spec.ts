import { spawn } from 'node:child_process';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DIST } from './built-program.ts';
import { ShiftedClock } from './faults/process/shifted-clock.ts';
import { useDatabase } from './postgres/use-database.ts';

interface Finding {
  readonly subject: string;
  readonly verdict: string;
  readonly found: string;
  readonly advice: string | null;
}

let folder: string;
let api: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-'));
});
afterEach(() => {
  api?.close();
  api?.closeAllConnections();
  api = undefined;
  rmSync(folder, { recursive: true });
});

async function serve(answer: RequestListener): Promise<string> {
  api = createServer(answer);
  await new Promise<void>((resolve) => api?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
}

async function shell(command: string, args: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], DATABASE_URL: `sqlite:${folder}/worker.db`, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { stdout, stderr, code };
}

function worker(args: readonly string[], environment: Record<string, string>) {
  return shell(process.execPath, [join(DIST, 'cli.js'), ...args], environment);
}

function doctor(environment: Record<string, string>) {
  return worker(['doctor', '--json'], environment);
}

function about(subject: string, stdout: string): Finding | undefined {
  return (JSON.parse(stdout) as Finding[]).find((finding) => finding.subject === subject);
}

describe('worker doctor', () => {
  it('finds nothing wrong with what is in order, and asks the API with its credentials', async () => {
    const asked: unknown[] = [];
    const url = await serve(({ headers, method, url: path }, response) => {
      asked.push([method, path, headers.authorization]);
      response.writeHead(404).end('{}');
    });
    const { code, stdout, stderr } = await doctor({ DATA_API_URL: `${url}/shop`, DATA_API_TOKEN: 'a-token-of-ours' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(asked).toEqual([['GET', '/shop/', 'Bearer a-token-of-ours']]);
    expect((JSON.parse(stdout) as Finding[]).map(({ subject, verdict }) => `${subject} ${verdict}`)).toEqual([
      ...['node fine', 'time zones fine', 'configuration fine', 'ledger warning', 'Data API fine'],
      ...['Data API clock fine', 'port fine', 'schedules fine'],
    ]);
    expect(stdout).not.toContain('a-token-of-ours');
  });

  it('finds refused credentials (4), an API that is away (6), and a bad configuration (5)', async () => {
    const url = await serve((_, response) => void response.writeHead(401).end());
    const refused = await doctor({ DATA_API_URL: url, DATA_API_TOKEN: 'a-token-of-ours' });
    expect(refused.code).toBe(4);
    expect(about('Data API', refused.stdout)).toMatchObject({ verdict: 'problem' });
    expect((await doctor({ DATA_API_URL: 'http://127.0.0.1:9' })).code).toBe(6);
    const bad = await doctor({ DATA_API_URL: url, TASK_SEND_REMINDERS_SCHEDULE: 'every 5 parsecs' });
    expect(bad.code).toBe(5);
    expect(about('TASK_SEND_REMINDERS_SCHEDULE', bad.stdout)).toMatchObject({ verdict: 'problem' });
  });

  it('finds a clock that differs from that of the API', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { date: new Date(Date.now() - 3_600_000).toUTCString() }).end('{}');
    });
    const { code, stdout } = await doctor({ DATA_API_URL: url });
    expect(code).toBe(0);
    expect(about('Data API clock', stdout)).toMatchObject({
      verdict: 'warning',
      found: expect.stringMatching(/^this machine is (?:1h|36\d\ds|60m) ahead of the API$/),
    });
  });
});

describe('worker doctor on a ledger in PostgreSQL', () => {
  const database = useDatabase();

  it('finds a clock that differs from that of the database', async () => {
    const ledger = { DATA_API_URL: 'http://127.0.0.1:9', DATABASE_URL: database.url };
    const environment = { ...ledger, DATABASE_SCHEMA: database.newSchema() };
    expect(await worker(['migrate'], environment)).toMatchObject({ code: 0 });
    const right = await doctor(environment);
    expect(about('clock', right.stdout)).toMatchObject({ verdict: 'fine' });
    const clock = new ShiftedClock(folder, { at: new Date(Date.now() + 300_000) });
    const wrong = await doctor({ ...environment, ...clock.environment });
    expect(about('clock', wrong.stdout)).toMatchObject({
      verdict: 'warning',
      found: "5m ahead of the ledger's database",
    });
  });
});
