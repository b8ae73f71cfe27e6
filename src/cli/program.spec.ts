import { CommanderError } from 'commander';
import { exitCodeOf } from './main.js';
import { buildProgram } from './program.js';
import { FakeApplication } from './testing/application.fake.js';
import { aTerminal } from './testing/terminal.fake.js';

async function parse(...argv: string[]) {
  const fake = new FakeApplication();
  const { terminal, stdout, stderr } = aTerminal();
  let exitCode = 0;
  const program = buildProgram(terminal, async (_detail, act) => {
    exitCode = await act(fake.asApplication());
  });
  try {
    await program.parseAsync(['node', 'worker', ...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    exitCode = exitCodeOf(error);
  }
  return { fake, exitCode, stdout: stdout(), stderr: stderr() };
}

describe('the command line', () => {
  it.each([['--help'], ['help'], ['history', '--help'], ['config', '--help']])('helps: %s', async (...argv) => {
    const { exitCode, stdout, stderr } = await parse(...argv);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Usage: worker');
    expect(stderr).toBe('');
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
    const { exitCode, stdout, stderr } = await parse(...argv);
    expect(exitCode).toBe(64);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
  });

  it('says at each refusal where to read on', async () => {
    expect((await parse('history', '--limit', 'x')).stderr).toContain('`worker --help`');
  });

  it.each([
    [['list', '--json'], ['reader']],
    [['history', '--json'], ['reader']],
    [['run', 'send_reminders', '--json'], ['command']],
    [['schedule', 'send_reminders', '--json'], []],
    [['config', 'check', '--json'], []],
  ])('%j prints JSON and opens %j', async (argv, opened) => {
    const { fake, exitCode, stdout } = await parse(...argv);
    expect(exitCode).toBe(0);
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
    expect(fake.opened).toEqual(opened);
  });

  it('passes on what was asked for', async () => {
    const { fake } = await parse('history', '--status', 'failed,partial', '--status', 'missed', '--limit', '7');
    expect(fake.queries).toEqual([{ statuses: ['failed', 'partial', 'missed'], limit: 7 }]);
  });

  it('checks the configuration before any command opens anything', async () => {
    const fake = new FakeApplication();
    fake.load = () => {
      throw new Error('bad configuration');
    };
    const program = buildProgram(aTerminal().terminal, async (_detail, act) => void (await act(fake.asApplication())));
    await expect(program.parseAsync(['node', 'worker', 'list'])).rejects.toThrow('bad configuration');
    expect(fake.opened).toEqual([]);
  });
});
