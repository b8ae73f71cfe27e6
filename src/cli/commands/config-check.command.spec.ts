import { ConfigurationError } from '../../config/configuration.error.js';
import { FakeApplication } from '../testing/application.fake.js';
import { aTerminal } from '../testing/terminal.fake.js';
import { configCheck } from './config-check.command.js';

const PROBLEMS = [{ subject: 'PORT', found: '"x"', expected: 'a port' }];

describe('worker config check', () => {
  it('tells what is in force, without secrets, and opens nothing', () => {
    const fake = new FakeApplication();
    const { terminal, stdout } = aTerminal();
    expect(configCheck(fake.asApplication(), terminal, {})).toBe(0);
    expect(stdout()).toMatch(/^The configuration is valid\./);
    expect(stdout()).toContain('http://127.0.0.1:9, with a token');
    expect(stdout()).not.toContain('s3cret');
    expect(stdout()).toMatch(/cleanup_old_orders +every hour +in 1 h/);
    expect(fake.opened).toEqual([]);
  });

  it('prints the schedules with --json', () => {
    const { terminal, stdout } = aTerminal();
    configCheck(new FakeApplication().asApplication(), terminal, { json: true });
    expect(JSON.parse(stdout())).toMatchObject({
      valid: true,
      problems: [],
      tasks: [{ name: 'cleanup_old_orders', schedule: 'every 1h' }, { name: 'send_reminders' }],
    });
  });

  it('prints every problem with --json, and exits with 5', () => {
    const fake = new FakeApplication();
    fake.load = () => {
      throw new ConfigurationError(PROBLEMS);
    };
    const { terminal, stdout } = aTerminal();
    expect(configCheck(fake.asApplication(), terminal, { json: true })).toBe(5);
    expect(JSON.parse(stdout())).toEqual({ valid: false, problems: PROBLEMS, warnings: [], environmentFile: null });
  });
});
