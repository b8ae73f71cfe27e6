import { CommanderError } from 'commander';
import { exitCodeOf } from './main.js';
import { buildProgram } from './program.js';
import type { NewestService, ServiceAnnouncement } from '../ledger/service-ledger.js';
import { LedgerMissingError } from '../runs/errors.js';
import { aRun } from '../worker/testing/task-context.fake.js';
import { FakeApplication } from './testing/application.fake.js';
import { aTerminal } from './testing/terminal.fake.js';

async function parse(line: string | readonly string[], prepare: (fake: FakeApplication) => void = () => {}) {
  const argv = typeof line === 'string' ? line.split(' ') : line;
  const fake = new FakeApplication();
  fake.runs = [aRun({ id: '0193a5c2-0000-7000-8000-000000000000' })];
  prepare(fake);
  const { terminal, stdout, stderr } = aTerminal();
  let exitCode = 0;
  const program = buildProgram(
    terminal,
    fake.performing((code) => (exitCode = code)),
  );
  try {
    await program.parseAsync(['node', 'worker', ...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    exitCode = exitCodeOf(error);
  }
  return { fake, exitCode, stdout: stdout(), stderr: stderr() };
}

function aService(announcement: ServiceAnnouncement | null): NewestService {
  return { pid: 4711, host: 'host-1', startedAt: new Date(0), announcement, replicas: 1 };
}

describe('the command line', () => {
  it.each([['--help'], ['help'], ['history', '--help'], ['config', '--help']])('helps: %s', async (...argv) => {
    const { exitCode, stdout, stderr } = await parse(argv);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Usage: worker');
    expect(stderr).toBe('');
  });

  it.each([
    ['--help', 'worker list', ' 6  Data API unreachable'],
    ['history --help', 'worker history send_reminders', '64  wrong usage'],
    ['run --help', 'worker run send_reminders', ' 3  partial: some items failed'],
    ['config check --help', 'worker config check', ' 5  bad configuration'],
    ['pause --help', 'worker pause send_reminders --for 1h', '64  wrong usage'],
    ['why --help', 'worker why send_reminders', '64  wrong usage'],
  ])('shows examples and exit codes: %s', async (line, example, exitCode) => {
    const { stdout } = await parse(line);
    expect(stdout).toContain(`\nExamples:\n  ${example}  `);
    expect(stdout).toMatch(/\nExit codes:\n {3}0 {2}success\n/);
    expect(stdout).toContain(`\n  ${exitCode}\n`);
  });

  it('tells its version', async () => {
    const { exitCode, stdout } = await parse('--version');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [[], 'Usage: worker'],
    [['config'], 'Usage: worker config'],
    [['lst'], 'Did you mean list?'],
    [['list', 'extra'], 'too many arguments'],
    [['list', '--jsn'], 'Did you mean --json?'],
    [['run'], "missing required argument 'name'"],
    [['show'], "missing required argument 'run'"],
    [['schedule'], "missing required argument 'name'"],
    [['history', '--limit', '0'], 'Expected a whole number from 1 to 100000.'],
    [['history', '--limit'], 'argument missing'],
    [['history', '--status', 'broken'], 'Expected one or more of queued, running, succeeded'],
    [['schedule', 'send_reminders', '--next', '1001'], 'Expected a whole number from 1 to 1000.'],
  ])('refuses %j on stderr', async (argv, message) => {
    const { exitCode, stdout, stderr } = await parse(argv);
    expect(exitCode).toBe(64);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
  });

  it('says at each refusal where to read on', async () => {
    expect((await parse('history --limit x')).stderr).toContain('`worker --help`');
  });

  it.each([
    [['list', '--json'], ['reader']],
    [['history', '--json'], ['reader']],
    [['run', 'send_reminders', '--json'], ['command']],
    [['show', '0193', '--json'], ['reader']],
    [['schedule', 'send_reminders', '--json'], ['reader']],
    [['config', 'check', '--json'], []],
  ])('%j prints JSON and opens %j', async (argv, opened) => {
    const { fake, exitCode, stdout } = await parse(argv);
    expect(exitCode).toBe(0);
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
    expect(fake.opened).toEqual(opened);
  });

  it.each([
    [null, 'no service is running'],
    [aService({ url: 'http://127.0.0.1:3000', tasks: [] }), 'service: running on http://127.0.0.1:3000'],
    [
      { ...aService({ url: 'http://10.0.0.7:3000', tasks: [] }), replicas: 3 },
      'service: 3 replicas, the newest on http://10.0.0.7:3000',
    ],
    [aService(null), 'service: starting (process 4711 on host-1)'],
  ])('says on stderr which service runs on the ledger: %j', async (service, line) => {
    for (const command of ['list', 'history', 'show 0193', 'schedule send_reminders']) {
      const { stdout, stderr } = await parse(`${command} --json`, (fake) => (fake.service = service));
      expect(stderr).toBe(`${line}\n`);
      expect(stdout).not.toContain('service');
    }
  });

  it('shows slots where there is no ledger yet, and nothing else', async () => {
    const withoutLedger = (fake: FakeApplication) => (fake.openError = new LedgerMissingError('/data/worker.db'));
    expect(await parse('schedule send_reminders --next 1', withoutLedger)).toMatchObject({
      exitCode: 0,
      stderr: 'no service is running\n',
    });
    await expect(parse('history', withoutLedger)).rejects.toThrow('There is no ledger at /data/worker.db');
  });

  it('passes on what was asked for', async () => {
    const { fake } = await parse('history --status failed,partial --status missed --limit 7');
    expect(fake.queries).toEqual([{ statuses: ['failed', 'partial', 'missed'], limit: 7 }]);
  });

  it('checks the configuration before any command opens anything', async () => {
    const fake = new FakeApplication();
    fake.load = () => {
      throw new Error('bad configuration');
    };
    const program = buildProgram(
      aTerminal().terminal,
      fake.performing(() => {}),
    );
    await expect(program.parseAsync(['node', 'worker', 'list'])).rejects.toThrow('bad configuration');
    expect(fake.opened).toEqual([]);
  });
});
