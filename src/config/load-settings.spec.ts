import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigurationError } from './configuration.error.js';
import { DAY, HOUR, MINUTE, SECOND } from '../time/duration.js';
import { type Environment, loadSettings } from './load-settings.js';
import type { WorkerSettings } from './settings.js';
import { BAD_ENVIRONMENTS, FILES } from './testing/bad-environments.js';

const GOOD: Environment = { DATA_API_URL: 'https://data.example.com/base/' };

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
  for (const [name, content] of Object.entries(FILES)) writeFileSync(join(folder, name), content);
});

afterAll(() => rmSync(folder, { recursive: true }));

function load(environment: Environment): WorkerSettings {
  const entries = Object.entries(environment).map(([name, value]) => [name, value?.replace(/^@/, folder)]);
  return loadSettings({ ...GOOD, ...(Object.fromEntries(entries) as Environment) });
}

describe('settings', () => {
  it('need nothing but the address of the Data API', () => {
    expect(load({})).toMatchObject({
      dataApi: {
        url: 'https://data.example.com/base',
        token: undefined,
        concurrency: { min: 1, max: 64 },
        timeout: 10 * SECOND,
      },
      database: { path: resolve('data/worker.db') },
      http: { host: '127.0.0.1', port: 3000 },
      opsToken: undefined,
      logging: { level: 'info' },
      shutdownTimeout: 25 * SECOND,
      runOnStart: false,
      cleanupOlderThan: 30 * DAY,
      problems: [],
    });
    expect(load({}).taskOverrides.size).toBe(0);
  });

  it('take every variable', () => {
    const settings = load({
      DATA_API_TOKEN: 'token',
      DATA_API_CONCURRENCY: '2..8',
      DATA_API_TIMEOUT: '3s',
      DATABASE_URL: 'sqlite:/var/lib/worker.db',
      HOST: '::1',
      PORT: '0',
      OPS_TOKEN: 'ops',
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'pretty',
      SHUTDOWN_TIMEOUT: '0s',
      RUN_ON_START: 'true',
      CLEANUP_OLDER_THAN: '90d',
    });
    expect(settings).toMatchObject({
      dataApi: { token: 'token', concurrency: { min: 2, max: 8 }, timeout: 3 * SECOND },
      database: { path: '/var/lib/worker.db' },
      http: { host: '::1', port: 0 },
      opsToken: 'ops',
      logging: { level: 'debug', format: 'pretty' },
      shutdownTimeout: 0,
      runOnStart: true,
      cleanupOlderThan: 90 * DAY,
      problems: [],
    });
  });

  it('take one number for both bounds of the concurrency', () => {
    expect(load({ DATA_API_CONCURRENCY: '8' }).dataApi.concurrency).toEqual({ min: 8, max: 8 });
  });

  it.each([
    ['sqlite:./worker.db', resolve('worker.db')],
    ['sqlite:worker.db', resolve('worker.db')],
    ['sqlite:w', resolve('w')],
    ['sqlite:/data/worker.db', '/data/worker.db'],
    ['sqlite:///data/worker.db', '/data/worker.db'],
  ])('find the ledger of %s', (DATABASE_URL, path) => {
    const { database, problems } = load({ DATABASE_URL });
    expect(database.path).toBe(path);
    expect(problems).toEqual([]);
  });

  it.each(['127.0.0.1', '0.0.0.0', '::', '::1', 'fe80::1%eth0', 'localhost', 'worker-1.example.com'])(
    'listen on %s',
    (HOST) => {
      expect(load({ HOST }).problems).toEqual([]);
    },
  );

  it('treat an empty variable as not set', () => {
    const settings = load({ PORT: '', DATA_API_TOKEN: '', DATA_API_TOKEN_FILE: '', TASK_SEND_REMINDERS_TIMEOUT: '' });
    expect(settings.http.port).toBe(3000);
    expect(settings.problems).toEqual([]);
    expect(settings.taskOverrides.size).toBe(0);
  });

  it('do not mind white space around a value', () => {
    expect(load({ PORT: ' 8080\n' }).http.port).toBe(8080);
  });

  it.each(['DATA_API_TOKEN', 'OPS_TOKEN'])('read %s from a file, without its last line break', (name) => {
    const { dataApi, opsToken, problems } = load({ [`${name}_FILE`]: '@/token' });
    expect(dataApi.token ?? opsToken).toBe('file-s3cret');
    expect(problems).toEqual([]);
  });

  it('take what is said about single tasks', () => {
    const { taskOverrides } = load({
      TASK_CLEANUP_OLD_ORDERS_SCHEDULE: '0 3 * * *',
      TASK_CLEANUP_OLD_ORDERS_TIMEZONE: 'Europe/Berlin',
      TASK_SEND_REMINDERS_TIMEOUT: '5m',
      TASK_SEND_REMINDERS_CATCH_UP: 'all',
    });
    expect(Object.fromEntries(taskOverrides)).toEqual({
      CLEANUP_OLD_ORDERS: { schedule: '0 3 * * *', timezone: 'Europe/Berlin' },
      SEND_REMINDERS: { timeout: 5 * MINUTE, catchUp: 'all' },
    });
  });

  it.each(['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'])('know of a proxy named by %s', (name) => {
    expect(load({}).dataApi.proxy).toBe(false);
    expect(load({ [name]: '' }).dataApi.proxy).toBe(false);
    expect(load({ [name]: 'http://me:password@proxy:3128' })).toMatchObject({ dataApi: { proxy: true }, problems: [] });
    expect(load({ [name]: 'proxy:3128' }).dataApi.proxy).toBe(false);
  });

  it('tell every problem at once, and go on with the defaults', () => {
    const settings = load({ DATA_API_URL: undefined, PORT: 'x', CLEANUP_OLDER_THAN: 'old', DATA_API_TIMEOUT: '1h' });
    expect(settings.problems.map(({ subject }) => subject)).toEqual(['DATA_API_URL', 'PORT', 'CLEANUP_OLDER_THAN']);
    expect(settings.http.port).toBe(3000);
    expect(settings.dataApi.timeout).toBe(HOUR);
  });

  it('tell of a file that cannot be read once, not of the missing value as well', () => {
    const { problems } = load({ DATA_API_URL: undefined, DATA_API_URL_FILE: '@/missing' });
    expect(problems.map(({ subject }) => subject)).toEqual(['DATA_API_URL_FILE']);
  });
});

describe('a bad configuration', () => {
  it.each(BAD_ENVIRONMENTS)('with $is is refused', ({ environment, subject, expected, secret }) => {
    const { problems } = load(environment);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.subject).toBe(subject);
    expect(problems[0]?.expected).toMatch(expected);
    const { message } = new ConfigurationError(problems);
    if (secret !== undefined) expect(message).not.toContain(secret);
  });
});
