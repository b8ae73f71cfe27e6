import { jest } from '@jest/globals';
import { ConfigurationError } from '../../config/configuration.error.js';
import { FakeApplication } from '../testing/application.fake.js';
import { aTerminal } from '../testing/terminal.fake.js';
import { configCheck } from './config-check.command.js';

const PROBLEMS = [{ subject: 'PORT', found: '"x"', expected: 'a port' }];

describe('worker config check', () => {
  it('tells what is in force, without secrets, and opens nothing', async () => {
    const fake = new FakeApplication();
    const { terminal, stdout } = aTerminal();
    expect(await configCheck(fake.asApplication(), terminal, {})).toBe(0);
    expect(stdout()).toMatch(/^The configuration is valid\./);
    expect(stdout()).toContain('http://127.0.0.1:9, with a token');
    expect(stdout()).not.toContain('s3cret');
    expect(stdout()).toMatch(/cleanup_old_orders +every hour +in 1 h/);
    expect(fake.opened).toEqual([]);
  });

  it('shows the settings that tasks declare', async () => {
    const fake = new FakeApplication();
    const own = { variable: 'TASK_CLEANUP_OLD_ORDERS_OLDER_THAN', value: '"30d"' };
    const application = fake.asApplication();
    jest.spyOn(application.tasks, 'ownSettings').mockReturnValue([own]);
    const [text, json] = [aTerminal(), aTerminal()];
    await configCheck(application, text.terminal, {});
    expect(text.stdout()).toContain('TASK_CLEANUP_OLD_ORDERS_OLDER_THAN  "30d"');
    await configCheck(application, json.terminal, { json: true });
    expect(JSON.parse(json.stdout())).toMatchObject({ taskSettings: [own] });
  });

  it('warns of what may be a slip, and exits with 0 all the same', async () => {
    const fake = new FakeApplication();
    fake.load = () => [{ subject: 'TASK_X_SCHEDULE', message: 'is "0 2 1-7 * 1", due …; write 0 2 * * 1#1' }];
    const [text, json] = [aTerminal(), aTerminal()];
    expect(await configCheck(fake.asApplication(), text.terminal, {})).toBe(0);
    expect(text.stderr()).toContain('Warning: TASK_X_SCHEDULE is "0 2 1-7 * 1", due …; write 0 2 * * 1#1.');
    expect(await configCheck(fake.asApplication(), json.terminal, { json: true })).toBe(0);
    expect(JSON.parse(json.stdout())).toMatchObject({ valid: true, warnings: fake.load() });
  });

  it('prints the schedules with --json', async () => {
    const { terminal, stdout } = aTerminal();
    await configCheck(new FakeApplication().asApplication(), terminal, { json: true });
    expect(JSON.parse(stdout())).toMatchObject({
      valid: true,
      problems: [],
      tasks: [{ name: 'cleanup_old_orders', schedule: 'every 1h' }, { name: 'send_reminders' }],
    });
  });

  it('prints every problem with --json, and exits with 5', async () => {
    const fake = new FakeApplication();
    fake.load = () => {
      throw new ConfigurationError(PROBLEMS);
    };
    const { terminal, stdout } = aTerminal();
    expect(await configCheck(fake.asApplication(), terminal, { json: true })).toBe(5);
    expect(JSON.parse(stdout())).toEqual({ valid: false, problems: PROBLEMS, warnings: [], environmentFile: null });
  });
});
