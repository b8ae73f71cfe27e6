import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pMap from 'p-map';
import { BAD_ENVIRONMENTS, type BadEnvironment, FILES } from '../src/config/testing/bad-environments.ts';
import { DIST, ROOT } from './built-program.ts';
import { type LaunchOptions, WorkerProcess } from './faults/worker-process.ts';

/** What is bad only in view of the tasks that there are. */
const BAD_TASK_SETTINGS: readonly BadEnvironment[] = [
  bad('text instead of a schedule', 'SCHEDULE', 'sometimes', /every 5m, a cron expression of 5 or 6 fields.*, or off/),
  bad('an interval of no duration', 'SCHEDULE', 'every 5 fortnights', /a duration such as 250ms/),
  bad('an interval too short', 'SCHEDULE', 'every 50ms', /from 100ms/),
  bad('a cron expression of four fields', 'SCHEDULE', '* * * *', /5 or 6 fields/),
  bad('a cron expression of an impossible minute', 'SCHEDULE', '61 * * * *', /5 or 6 fields .*minute/),
  bad('a cron expression that is never due', 'SCHEDULE', '0 0 30 2 *', /a cron expression that is due at some time/),
  bad('a zone for an interval', 'TIMEZONE', 'Europe/Berlin', /a cron expression to go with it, or no zone/),
  {
    is: 'a slip before the name of the task',
    environment: { TAKS_SEND_REMINDERS_SCHEDULE: 'off' },
    subject: 'TAKS_SEND_REMINDERS_SCHEDULE',
    expected: /^.*expected TASK_SEND_REMINDERS_SCHEDULE$/,
  },
  {
    is: 'the setting of a task in lower case',
    environment: { task_send_reminders_schedule: 'off' },
    subject: 'task_send_reminders_schedule',
    expected: /^.*expected TASK_SEND_REMINDERS_SCHEDULE$/,
  },
  bad('a setting that no task has', 'SHEDULE', 'off', /TASK_SEND_REMINDERS_SCHEDULE/),
  {
    is: 'a zone that does not exist',
    environment: { TASK_SEND_REMINDERS_SCHEDULE: '0 3 * * *', TASK_SEND_REMINDERS_TIMEZONE: 'Mars/Olympus' },
    subject: 'TASK_SEND_REMINDERS_TIMEZONE',
    expected: /an IANA time zone such as Europe\/Berlin/,
  },
  {
    is: 'a task that does not exist',
    environment: { TASK_SEND_REMINDER_TIMEOUT: '5m' },
    subject: 'TASK_SEND_REMINDER_TIMEOUT',
    expected: /did you mean TASK_SEND_REMINDERS_TIMEOUT\?/,
  },
];

const ALL = [...BAD_ENVIRONMENTS, ...BAD_TASK_SETTINGS];

/** Cases that do not collide share an environment: a start takes half a second of a core. */
const GROUPS = ALL.reduce<BadEnvironment[][]>((groups, bad) => {
  const group = groups.find((others) => !others.some((other) => sharesVariable(other, bad)));
  if (group) group.push(bad);
  else groups.push([bad]);
  return groups;
}, []);

const AT_ONCE = 2;

interface End {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Names of the files in the folder in which it was started. */
  readonly created: readonly string[];
}

let folder: string;
let files: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'configuration-'));
  files = join(folder, 'files');
  mkdirSync(files);
  for (const [name, content] of Object.entries(FILES)) writeFileSync(join(files, name), content);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe.each<[string, Program]>([
  ['the service', { program: 'main' }],
  ['worker config check', { program: 'cli', arguments: ['config', 'check'] }],
])('%s', (_name, program) => {
  const ends = new Map<BadEnvironment, End>();

  beforeAll(async () => {
    await pMap(
      GROUPS,
      async (group) => {
        const variables = Object.assign({}, ...group.map(({ environment }) => environment)) as Environment;
        const end = await start(program, variables);
        for (const environment of group) ends.set(environment, end);
      },
      { concurrency: AT_ONCE },
    );
  }, 120_000);

  it.each(ALL)('refuses $is, and says what is expected', (environment) => {
    const { subject, expected } = environment;
    const problems = problemsOf(ends.get(environment));
    expect(problems.filter((problem) => new RegExp(`^${subject}( is .*)?: expected `).test(problem))).toEqual([
      expect.stringMatching(expected),
    ]);
  });

  it('tells every problem of an environment, and nothing else', () => {
    for (const group of GROUPS) expect(problemsOf(ends.get(group[0]!))).toHaveLength(group.length);
  });

  it('ends with 5, and has created nothing', () => {
    for (const end of ends.values()) expect(end).toMatchObject({ code: 5, stdout: '', created: [] });
  });

  it('shows no secret', () => {
    const output = [...ends.values()].map(({ stdout, stderr }) => stdout + stderr).join('\n');
    for (const { secret } of ALL) if (secret !== undefined) expect(output).not.toContain(secret);
    expect(output).not.toContain('s3cr');
  });
});

describe('worker config check', () => {
  it('finds nothing wrong with what is right, and creates nothing', async () => {
    const { code, created } = await start({ program: 'cli', arguments: ['config', 'check'] }, {});
    expect(code).toBe(0);
    expect(created).toEqual([]);
  });

  it('shows the value that a task will use, also where its older name says it', async () => {
    const of = async (environment: object) =>
      (await start({ program: 'cli', arguments: ['config', 'check'] }, { ...environment })).stdout;
    expect(await of({})).toContain('TASK_CLEANUP_OLD_ORDERS_OLDER_THAN  "30d" (default)');
    expect(await of({ CLEANUP_OLDER_THAN: '40d' })).toContain('TASK_CLEANUP_OLD_ORDERS_OLDER_THAN  "40d" (default)');
  });

  it('prints the problems as JSON on request', async () => {
    const environment = { DATA_API_URL: undefined, PORT: 'x', TASK_SEND_REMINDERS_SCHEDULE: 'x' };
    const { code, stdout } = await start({ program: 'cli', arguments: ['config', 'check', '--json'] }, environment);
    expect(code).toBe(5);
    const { problems } = JSON.parse(stdout) as { problems: { subject: string }[] };
    expect(problems.map(({ subject }) => subject)).toEqual(['DATA_API_URL', 'PORT', 'TASK_SEND_REMINDERS_SCHEDULE']);
  });
});

/** The program as it is installed: beside its `package.json`. */
describe('the file of variables', () => {
  let program: string;
  let elsewhere: string;

  beforeAll(() => {
    program = mkdtempSync(join(folder, 'program-'));
    for (const name of ['main.js', 'cli.js', 'chunks']) {
      cpSync(join(DIST, name), join(program, 'dist', name), { recursive: true });
    }
    cpSync(join(ROOT, 'package.json'), join(program, 'package.json'));
  });

  beforeEach(() => {
    rmSync(join(program, '.env'), { recursive: true, force: true });
    elsewhere = mkdtempSync(join(folder, 'elsewhere-'));
  });

  function run(name: 'main' | 'cli', parameters: readonly string[], environment: Environment = {}) {
    const file = join(program, 'dist', `${name}.js`);
    return spawnSync(process.execPath, ['--', file, ...parameters], {
      cwd: elsewhere,
      env: environment,
      encoding: 'utf8',
      timeout: 20_000,
      killSignal: 'SIGKILL',
    });
  }

  function check(parameters: readonly string[] = [], environment: Environment = {}) {
    const { stdout } = run('cli', ['config', 'check', '--json', ...parameters], environment);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  it("is .env of the program's folder, not of the working directory", () => {
    writeFileSync(join(program, '.env'), 'DATA_API_URL=https://data.example.com\n');
    writeFileSync(join(elsewhere, '.env'), 'PORT=nonsense\nNODE_TLS_REJECT_UNAUTHORIZED=0\n');
    expect(check()).toMatchObject({ valid: true, warnings: [], environmentFile: join(program, '.env') });
  });

  it('is the one that --env-file names', () => {
    writeFileSync(join(program, '.env'), 'PORT=nonsense\n');
    const named = join(elsewhere, 'variables');
    writeFileSync(named, 'DATA_API_URL=https://data.example.com\n');
    expect(check(['--env-file', named])).toMatchObject({ valid: true, environmentFile: named });
    const { status, stderr } = run('main', ['--env-file', join(elsewhere, 'missing')]);
    expect(stderr).toContain(`${join(elsewhere, 'missing')}: expected a file that can be read (ENOENT)`);
    expect(status).toBe(5);
  });

  it('switches off no TLS checks, loads no code, and sets no proxy', () => {
    writeFileSync(
      join(program, '.env'),
      'DATA_API_URL=https://data.example.com\nNODE_OPTIONS=--bad\nNODE_TLS_REJECT_UNAUTHORIZED=0\nhttps_proxy=nonsense\n',
    );
    const ignored = ['NODE_OPTIONS', 'NODE_TLS_REJECT_UNAUTHORIZED', 'https_proxy'];
    expect(check()).toMatchObject({ valid: true, warnings: ignored.map((subject) => ({ subject })) });
  });

  it.each(['main', 'cli'] as const)('ends %s with 5 and one sentence where it is a folder', (name) => {
    mkdirSync(join(program, '.env'));
    const { status, stderr } = run(name, name === 'cli' ? ['list'] : [], { DATA_API_URL: 'https://data.example.com' });
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^The configuration .* has a problem:$/),
      `  ${join(program, '.env')}: expected a regular file, not a folder`,
      '',
    ]);
    expect(status).toBe(5);
  });

  it('is named by the start and by config check', () => {
    writeFileSync(join(program, '.env'), `DATA_API_URL=https://data.example.com\nHOST=host.invalid\n`);
    expect(run('main', []).stdout).toContain(`Read ${join(program, '.env')} beside the environment`);
    expect(run('cli', ['config', 'check']).stdout).toContain(`the environment and ${join(program, '.env')}`);
  });

  it('does not change the exit code where only warnings are due', () => {
    const environment = { DATA_API_URL: 'http://data.example.com', DATA_API_TOKEN: 'token' };
    const { status, stderr } = run('cli', ['config', 'check'], environment);
    expect(stderr).toBe('Warning: DATA_API_URL sends the token unencrypted; use https.\n');
    expect(status).toBe(0);
  });

  it.each(['main', 'cli'] as const)('%s does not wait for the writer of a pipe', (name) => {
    const pipe = join(elsewhere, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const environment = { DATA_API_URL: 'https://data.example.com', DATA_API_TOKEN_FILE: pipe };
    const { status, stderr } = run(name, name === 'cli' ? ['config', 'check'] : [], environment);
    expect(stderr).toContain(`DATA_API_TOKEN_FILE is "${pipe}": expected a regular file, not a pipe`);
    expect(status).toBe(5);
  });
});

function bad(is: string, setting: string, value: string, expected: RegExp): BadEnvironment {
  const subject = `TASK_SEND_REMINDERS_${setting}`;
  return { is, environment: { [subject]: value }, subject, expected };
}

type Program = Pick<LaunchOptions, 'program' | 'arguments'>;
type Environment = BadEnvironment['environment'];

function sharesVariable(one: BadEnvironment, other: BadEnvironment): boolean {
  const variables = new Set(Object.keys(one.environment).map(concernOf));
  return Object.keys(other.environment).some((name) => variables.has(concernOf(name)));
}

/** `X` and `X_FILE` are one concern, and so are the settings of a task. */
function concernOf(variable: string): string {
  return variable.startsWith('TASK_') ? 'TASK' : variable.replace(/_FILE$/, '');
}

async function start(program: Program, environment: Environment): Promise<End> {
  const workingFolder = mkdtempSync(join(folder, 'empty-'));
  const variables: Environment = { DATA_API_URL: 'http://127.0.0.1:9', PORT: '0', ...environment };
  const set = Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const started = new WorkerProcess({
    ...program,
    environment: Object.fromEntries(set.map(([name, value]) => [name, value.replace(/^@/, files)])),
    folder: workingFolder,
  });
  const { code } = await started.exit();
  const { log, errorOutput } = started;
  return { code, stdout: log.text, stderr: errorOutput.text, created: readdirSync(workingFolder) };
}

/** The lines under the heading. */
function problemsOf(end: End | undefined): string[] {
  const lines = end?.stderr.trimEnd().split('\n') ?? [];
  const heading = lines.findIndex((line) => line.startsWith('The configuration '));
  return lines.slice(heading + 1).map((problem) => problem.trim());
}
