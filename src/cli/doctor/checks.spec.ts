import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '../../config/load-settings.js';
import { HOUR, MINUTE, SECOND } from '../../time/duration.js';
import type { KnownTask } from '../../worker/registry/registered-task.js';
import { parseSchedule } from '../../worker/schedules/schedule.parser.js';
import { aRun } from '../../worker/testing/task-context.fake.js';
import { checkApi } from './api.check.js';
import { checkClock, checkLedgerFile, checkStoreClock } from './ledger.checks.js';
import { checkPort } from './port.check.js';
import { checkZoneData } from './runtime.checks.js';
import { checkPiles, checkSchedule, isScheduled } from './schedule.checks.js';

const NOW = new Date('2026-11-23T12:00:00.000Z');

function scheduled(name: string, text: string, timezone = 'UTC') {
  const task: KnownTask = { name, schedule: parseSchedule(text, timezone), timeout: HOUR, manualOnly: false };
  if (!isScheduled(task)) throw new TypeError(`${text} is off`);
  return task;
}

describe('the doctor on schedules', () => {
  const on = (text: string, timezone?: string, durations: number[] = []) =>
    checkSchedule(scheduled('report', text, timezone), durations, NOW);

  it.each([
    ['every 5m', 'UTC'],
    ['0 3 * * *', 'UTC'],
    ['0 5 * * *', 'Europe/Berlin'],
    ['*/10 * * * *', 'Europe/Berlin'],
    ['30 * * * *', 'Europe/Berlin'],
    ['30 2 * * *', 'Asia/Tokyo'],
    ['30 2 * * 1-5', 'Europe/Berlin'],
  ])('finds nothing to say about %s in %s', (text, timezone) => {
    expect(on(text, timezone)).toEqual([]);
  });

  it('finds one that never comes again', () => {
    const task = scheduled('report', '0 3 * * *');
    const over = { ...task, schedule: { ...task.schedule, text: '0 3 * * *', next: () => null } };
    expect(checkSchedule(over, [], NOW)).toMatchObject([
      { verdict: 'warning', found: '0 3 * * * never comes again', advice: expect.stringContaining('TASK_REPORT_') },
    ]);
  });

  it.each([
    ['30 2 * * *', 'Europe/Berlin', 'pass over on 2027-03-28'],
    ['30 1 * * *', 'America/New_York', 'show twice on 2027-11-07'],
    ['15 2 * * 0', 'Europe/Berlin', 'pass over on 2027-03-28'],
  ])('finds %s in %s to fall into a clock change', (text, timezone, what) => {
    expect(on(text, timezone)).toMatchObject([{ verdict: 'warning', found: expect.stringContaining(what) }]);
  });

  it('finds a period that is shorter than the p95 of the runs, of at least five', () => {
    const durations = (slow: number) => [
      ...Array<number>(40 - slow).fill(SECOND),
      ...Array<number>(slow).fill(6 * MINUTE),
    ];
    expect(on('every 5m', 'UTC', durations(3))).toMatchObject([
      {
        verdict: 'warning',
        found: expect.stringContaining('6m 00s (p95 of 40)'),
        advice: expect.stringMatching(/12m/),
      },
    ]);
    expect(on('every 5m', 'UTC', durations(2))).toEqual([]);
    expect(on('every 5m', 'UTC', [HOUR, HOUR])).toEqual([]);
  });

  it('finds tasks that are due at the same moment, but for those that are spread', () => {
    const tasks = ['a', 'b', 'c', 'd', 'e'].map((name) => scheduled(name, '0 3 * * *'));
    expect(checkPiles(tasks, () => false, NOW)).toMatchObject([
      { verdict: 'warning', found: expect.stringContaining('5 tasks are due at 2026-11-24T03:00:00.000Z') },
    ]);
    expect(checkPiles(tasks, (name) => name === 'a', NOW)).toMatchObject([{ verdict: 'fine' }]);
  });
});

describe('the doctor on an API', () => {
  const { dataApi } = loadSettings({ DATA_API_URL: 'https://api.example', DATA_API_TOKEN: 's3cret' });
  const answering = (status: number, date: Date | null = NOW) =>
    checkApi(dataApi, { status, date, tookMs: 12.3 }, NOW).map(({ verdict, exitCode }) => [verdict, exitCode]);

  it('takes any answer but a refusal for fine', () => {
    expect(answering(200)).toEqual([
      ['fine', 0],
      ['fine', 0],
    ]);
    expect(answering(404, null)).toEqual([['fine', 0]]);
    expect(answering(503, null)).toEqual([['warning', 0]]);
  });

  it.each([401, 403])('takes %i for refused credentials, exit code 4', (status) => {
    expect(answering(status, null)).toEqual([['problem', 4]]);
  });

  it('takes no answer for unreachable, exit code 6, and refused client credentials for 4', () => {
    const without = (refused: boolean) => checkApi(dataApi, { status: null, problem: 'ECONNREFUSED', refused }, NOW);
    expect(without(false)).toMatchObject([{ verdict: 'problem', exitCode: 6 }]);
    expect(without(true)).toMatchObject([{ verdict: 'problem', exitCode: 4 }]);
  });

  it('advises to check the credentials that the API has', () => {
    const [auth, id, secret] = ['OAUTH_TOKEN_URL', 'OAUTH_CLIENT_ID', 'OAUTH_CLIENT_SECRET'].map(
      (n) => `DATA_API_${n}`,
    );
    const environment = {
      DATA_API_URL: 'https://a.example',
      [auth!]: 'https://b.example',
      [id!]: 'i',
      [secret!]: 's3cret',
    };
    const refused = { status: null, problem: 'answered 401', refused: true } as const;
    expect(checkApi(loadSettings(environment).dataApi, refused, NOW)).toMatchObject([
      { advice: 'Check DATA_API_OAUTH_CLIENT_ID, DATA_API_OAUTH_CLIENT_SECRET and DATA_API_OAUTH_SCOPE' },
    ]);
  });

  it('finds a clock that differs by more than a minute, in either direction', () => {
    const [, clock] = checkApi(dataApi, { status: 200, date: new Date(NOW.getTime() - 90 * SECOND), tookMs: 1 }, NOW);
    expect(clock).toMatchObject({ verdict: 'warning', found: 'this machine is 90s ahead of the API' });
    expect(answering(200, new Date(NOW.getTime() + 61 * SECOND))[1]).toEqual(['warning', 0]);
    expect(answering(200, new Date(NOW.getTime() + 60 * SECOND))[1]).toEqual(['fine', 0]);
  });
});

describe('the doctor on this machine', () => {
  let folder: string;
  let server: Server | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    server?.close();
  });

  it('finds time zone data that are more than a year old', () => {
    expect(checkZoneData(NOW, { version: '2024b', source: 'icu' }).verdict).toBe('warning');
    expect(checkZoneData(NOW, { version: '2025a', source: 'icu' }).verdict).toBe('fine');
  });

  it('finds that there is no ledger yet, and one that others may change', async () => {
    const path = join(folder, 'data', 'worker.db');
    expect(await checkLedgerFile(path)).toMatchObject({ verdict: 'warning', found: `there is none at ${path} yet` });
    const file = join(folder, 'worker.db');
    writeFileSync(file, '');
    chmodSync(file, 0o666);
    expect(await checkLedgerFile(file)).toMatchObject({ verdict: 'warning', advice: `chmod 600 ${file}` });
    chmodSync(file, 0o600);
    expect((await checkLedgerFile(file)).found).toContain(`${file}, 0 bytes; `);
  });

  it('finds a clock that is behind the newest record', () => {
    const newest = aRun({ queuedAt: new Date(NOW.getTime() + 90 * SECOND) });
    expect(checkClock(newest, NOW)).toMatchObject({ verdict: 'problem', found: '90s behind the newest run on record' });
    expect(checkClock(aRun({ queuedAt: NOW }), NOW).verdict).toBe('fine');
    expect(checkClock(undefined, NOW).verdict).toBe('fine');
  });

  it('finds a clock that differs from that of the database, in either direction', () => {
    const found = (offsetMs: number) => {
      const { verdict, found: text } = checkStoreClock(offsetMs);
      return [verdict, text];
    };
    expect(found(5 * MINUTE)).toEqual(['warning', "5m behind the ledger's database"]);
    expect(found(-5 * MINUTE)).toEqual(['warning', "5m ahead of the ledger's database"]);
    expect(found(-SECOND)[0]).toBe('fine');
  });

  it('finds a port that is taken, unless it is the service that has it', async () => {
    server = createServer();
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await checkPort('127.0.0.1', port, null)).toMatchObject({
      verdict: 'problem',
      found: expect.stringContaining('EADDRINUSE'),
    });
    const announcement = { url: `http://127.0.0.1:${port}`, tasks: [] };
    const service = { pid: 1, host: 'h', startedAt: NOW, announcement, replicas: 1 };
    expect(await checkPort('127.0.0.1', port, service)).toMatchObject({ verdict: 'fine' });
    expect(await checkPort('127.0.0.1', 0, null)).toMatchObject({ verdict: 'fine' });
  });
});
