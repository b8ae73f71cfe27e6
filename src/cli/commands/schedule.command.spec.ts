import { aTask, FakeApplication, HOURLY } from '../testing/application.fake.js';
import { aTerminal } from '../testing/terminal.fake.js';
import { TaskUnknownError } from '../../ops/unknown-name.errors.js';
import { schedule } from './schedule.command.js';

describe('worker schedule', () => {
  it('shows the next slots, in the zone of the schedule, and opens nothing', async () => {
    const fake = new FakeApplication();
    const berlin = { ...HOURLY, description: 'every hour (Europe/Berlin)', timezone: 'Europe/Berlin' };
    fake.tasks = [aTask('cleanup_old_orders', berlin)];
    const { terminal, stdout } = aTerminal();
    expect(await schedule(fake.asApplication(), terminal, 'cleanup_old_orders', { next: 2 })).toBe(0);
    expect(stdout().split('\n')).toEqual([
      'cleanup_old_orders runs every hour (Europe/Berlin)',
      '  2026-11-23 14:00:00 CET  in 1 h',
      '  2026-11-23 15:00:00 CET  in 2 h',
      '',
    ]);
    expect(fake.opened).toEqual([]);
  });

  it('prints an array of instants with --json', async () => {
    const { terminal, stdout } = aTerminal();
    await schedule(new FakeApplication().asApplication(), terminal, 'send_reminders', { next: 2, json: true });
    expect(JSON.parse(stdout())).toEqual(['2026-11-23T13:00:00.000Z', '2026-11-23T14:00:00.000Z']);
  });

  it('knows schedules that come to an end', async () => {
    const fake = new FakeApplication();
    fake.tasks = [aTask('once', { ...HOURLY, next: () => null })];
    const { terminal, stdout } = aTerminal();
    await schedule(fake.asApplication(), terminal, 'once', { next: 5 });
    expect(stdout()).toContain('never comes again');
  });

  it('says how a task without a schedule runs', async () => {
    const fake = new FakeApplication();
    fake.tasks = [aTask('by_hand', null)];
    const { terminal, stderr } = aTerminal();
    expect(await schedule(fake.asApplication(), terminal, 'by_hand', { next: 5 })).toBe(0);
    expect(stderr()).toBe('by_hand has no schedule. `worker run by_hand` runs it by hand.\n');
  });

  it('refuses a name that no task has, with the one that was meant', async () => {
    const asked = schedule(new FakeApplication().asApplication(), aTerminal().terminal, 'cleanup', { next: 5 });
    await expect(asked).rejects.toThrow(new TaskUnknownError('cleanup', 'cleanup_old_orders').message);
  });
});
