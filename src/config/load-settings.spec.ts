import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigurationError } from './configuration.error.js';
import { DAY, HOUR, MINUTE, SECOND } from '../time/duration.js';
import { databaseName } from './database-settings.js';
import { loadSettings } from './load-settings.js';
import { maskSecrets } from './secret-mask.js';
import type { Environment } from './settings.js';
import type { WorkerSettings } from './settings.js';
import { BAD_ENVIRONMENTS, FILES } from './testing/bad-environments.js';

const OPS_TOKEN = 'an-operator-token-of-32-characters';
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
        credentials: undefined,
        concurrency: { min: 1, max: 64 },
        timeout: 10 * SECOND,
      },
      database: { path: resolve('data/worker.db') },
      http: { host: '127.0.0.1', port: 3000 },
      opsToken: undefined,
      opsViewerToken: undefined,
      publicUrl: undefined,
      environment: undefined,
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
      OPS_TOKEN: OPS_TOKEN,
      METRICS_TOKEN: 'metrics',
      PUBLIC_URL: 'https://worker.example.com/',
      ENVIRONMENT: 'staging',
      ALERT_WEBHOOK_URL: 'https://hooks.example.com/T0',
      ALERT_FORMAT: 'slack',
      ALERT_AFTER_FAILURES: '3',
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'pretty',
      SHUTDOWN_TIMEOUT: '0s',
      RUN_ON_START: 'true',
      CLEANUP_OLDER_THAN: '90d',
    });
    expect(settings).toMatchObject({
      dataApi: { credentials: { kind: 'token', token: 'token' }, concurrency: { min: 2, max: 8 }, timeout: 3 * SECOND },
      database: { path: '/var/lib/worker.db' },
      http: { host: '::1', port: 0 },
      opsToken: OPS_TOKEN,
      metricsToken: 'metrics',
      publicUrl: 'https://worker.example.com',
      environment: 'staging',
      alerts: { webhookUrl: 'https://hooks.example.com/T0', format: 'slack', afterFailures: 3 },
      logging: { level: 'debug', format: 'pretty' },
      shutdownTimeout: 0,
      runOnStart: true,
      cleanupOlderThan: 90 * DAY,
      problems: [],
    });
    for (const secret of ['token', OPS_TOKEN, 'metrics', 'https://hooks.example.com/T0']) {
      expect(maskSecrets(secret)).toBe('[redacted]');
    }
  });

  it.each([
    ['200/s', 200],
    ['600/m', 10],
    ['1/m', 1 / 60],
  ])('take a rate of %s', (DATA_API_RATE, perSecond) => {
    expect(load({ DATA_API_RATE }).dataApi.ratePerSecond).toBe(perSecond);
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
    expect(database).toEqual({ path });
    expect(problems).toEqual([]);
  });

  it.each([
    'postgres://worker:s3cret@db.example.com:5432/worker',
    'postgresql://db/worker?sslmode=verify-full&sslrootcert=/etc/ca.pem',
    'postgres://worker@%2Fvar%2Frun%2Fpostgresql/worker',
  ])('find the ledger of %s', (url) => {
    const { database, problems } = load({ DATABASE_URL: url, DATABASE_SCHEMA: 'ledger_2' });
    expect(database).toEqual({ url, schema: 'ledger_2' });
    expect(problems).toEqual([]);
    expect(databaseName(database)).not.toContain('s3cret');
  });

  it('name the schema of a ledger in PostgreSQL by default', () => {
    expect(load({ DATABASE_URL: 'postgres://db/worker' }).database).toMatchObject({ schema: 'task_worker' });
  });

  it('keep the password of the ledger secret, also one from a file', () => {
    const file = join(folder, 'database-url');
    writeFileSync(file, 'postgres://worker:a-long%2Fpassword@db/worker');
    load({ DATABASE_URL_FILE: file });
    expect(maskSecrets('a-long/password, a-long%2Fpassword')).not.toContain('password');
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
    const { credentials } = dataApi;
    expect(credentials?.kind === 'token' ? credentials.token : opsToken).toBe('file-s3cret-of-more-than-32-characters');
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

describe('variables of others', () => {
  it.each<[string, Environment]>([
    [
      'links of Kubernetes to a service named like a task',
      {
        TASK_WORKER_PORT: 'tcp://10.0.0.1:80',
        TASK_WORKER_SERVICE_HOST: '10.0.0.1',
        TASK_WORKER_SERVICE_PORT: '80',
        TASK_WORKER_SERVICE_PORT_HTTP: '80',
      },
    ],
    [
      'links of Kubernetes to a service named data-api',
      {
        DATA_API_SERVICE_HOST: '10.0.0.1',
        DATA_API_SERVICE_PORT: '80',
        DATA_API_PORT: 'tcp://10.0.0.1:80',
        DATA_API_PORT_80_TCP: 'tcp://10.0.0.1:80',
        DATA_API_PORT_80_TCP_PROTO: 'tcp',
        DATA_API_PORT_80_TCP_PORT: '80',
        DATA_API_PORT_80_TCP_ADDR: '10.0.0.1',
      },
    ],
    ['names too short to be a slip', { HOSTS: 'a', PORTS: '1', POST: '1' }],
    ['what is three letters away', { DATA_API_HOLE: 'a', LOG_FILE: '/tmp/log' }],
    ['the token of npm', { NPM_TOKEN: 'x' }],
    ['a name of 1 MB', { ['DATA_API_URL'.repeat(90_000)]: 'x' }],
  ])('are left alone: %s', (_what, environment) => {
    const { problems, otherVariables } = load(environment);
    expect(problems).toEqual([]);
    for (const name of Object.keys(environment))
      if (/_PORT|_HOST/.test(name)) expect(otherVariables).not.toContain(name);
  });
});

describe('a file of variables', () => {
  const file = (variables: Record<string, string>, worldWritable = false) => ({
    path: '/app/.env',
    variables,
    worldWritable,
  });

  it('counts where the environment has no value', () => {
    const settings = loadSettings(
      { ...GOOD, PORT: '1' },
      file({ PORT: '2', LOG_LEVEL: 'debug', TASK_X_TIMEOUT: '5m' }),
    );
    expect(settings).toMatchObject({ http: { port: 1 }, logging: { level: 'debug' }, environmentFile: '/app/.env' });
    expect(settings.taskOverrides.get('X')).toEqual({ timeout: 5 * MINUTE });
  });

  it('changes nothing but variables of the worker, and says so', () => {
    const settings = loadSettings(
      GOOD,
      file({ NODE_TLS_REJECT_UNAUTHORIZED: '0', HTTPS_PROXY: 'http://x', PATH: '/x' }),
    );
    expect(settings.dataApi.proxy).toBe(false);
    expect(settings.problems).toEqual([]);
    expect(settings.warnings.map(({ subject }) => subject)).toEqual(['NODE_TLS_REJECT_UNAUTHORIZED', 'HTTPS_PROXY']);
  });

  it('is searched for slips as well', () => {
    const { problems } = loadSettings(GOOD, file({ LOG_LEVLE: 'debug' }));
    expect(problems).toMatchObject([{ subject: 'LOG_LEVLE', expected: 'LOG_LEVEL' }]);
  });

  it('that cannot be read is a problem', () => {
    const { problems } = loadSettings(GOOD, { ...file({}), expected: 'a regular file, not a folder' });
    expect(problems).toEqual([{ subject: '/app/.env', expected: 'a regular file, not a folder' }]);
  });
});

describe('what is unsafe is warned of:', () => {
  const subjects = (environment: Environment) => load(environment).warnings.map(({ subject }) => subject);

  it.each([
    ['http://data.example.com', ['DATA_API_URL']],
    ['http://10.0.0.1', ['DATA_API_URL']],
    ['http://127.example.com', ['DATA_API_URL']],
    ['https://data.example.com', []],
    ['http://localhost:4000', []],
    ['http://api.localhost', []],
    ['http://127.0.0.2', []],
    ['http://[::1]:4000', []],
  ])('a token to %s', (DATA_API_URL, expected) => {
    expect(subjects({ DATA_API_URL, DATA_API_TOKEN: 'token' })).toEqual(expected);
    expect(subjects({ DATA_API_URL })).toEqual([]);
  });

  it('TLS checks that are off', () => {
    expect(subjects({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toEqual(['NODE_TLS_REJECT_UNAUTHORIZED']);
    expect(subjects({ NODE_TLS_REJECT_UNAUTHORIZED: '1' })).toEqual([]);
  });

  it('TLS checks that are off in the environment production, where they are refused', () => {
    const { problems } = load({ NODE_TLS_REJECT_UNAUTHORIZED: '0', ENVIRONMENT: 'production' });
    expect(problems).toMatchObject([{ subject: 'NODE_TLS_REJECT_UNAUTHORIZED' }]);
  });

  it('a token file that every user may change', () => {
    const path = join(folder, 'open-token');
    writeFileSync(path, 'token');
    chmodSync(path, 0o602);
    expect(subjects({ DATA_API_TOKEN_FILE: path })).toEqual(['DATA_API_TOKEN_FILE']);
    chmodSync(path, 0o660);
    expect(subjects({ DATA_API_TOKEN_FILE: path })).toEqual([]);
  });

  it('a file of variables that every user may change', () => {
    const { warnings } = loadSettings(GOOD, { path: '/app/.env', variables: {}, worldWritable: true });
    expect(warnings).toMatchObject([{ subject: '/app/.env' }]);
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
