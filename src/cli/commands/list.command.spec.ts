import { aRun } from '../../worker/testing/task-context.fake.js';
import { FakeApplication } from '../testing/application.fake.js';
import { aTerminal } from '../testing/terminal.fake.js';
import { list } from './list.command.js';

describe('worker list', () => {
  it('shows the tasks', async () => {
    const fake = new FakeApplication();
    const { terminal, stdout } = aTerminal();
    expect(await list(fake.asApplication(), terminal, {})).toBe(0);
    expect(stdout()).toMatch(/^TASK .*\ncleanup_old_orders .*\nsend_reminders .*\n$/);
  });

  it('prints an array with --json', async () => {
    const fake = new FakeApplication();
    const lastRun = aRun({ status: 'failed' });
    fake.overviews = new Map([['send_reminders', { task: 'send_reminders', lastRun, lastSuccessAt: null }]]);
    const { terminal, stdout } = aTerminal();
    await list(fake.asApplication(), terminal, { json: true });
    expect(JSON.parse(stdout())).toEqual([
      expect.objectContaining({ name: 'cleanup_old_orders', status: null, nextRun: '2026-11-23T13:00:00.000Z' }),
      expect.objectContaining({ name: 'send_reminders', status: 'failed', lastRun: expect.anything() }),
    ]);
  });

  it('says how to begin where there is no task', async () => {
    const fake = new FakeApplication();
    fake.tasks = [];
    const { terminal, stdout, stderr } = aTerminal();
    await list(fake.asApplication(), terminal, {});
    expect(stderr()).toContain('src/tasks/tasks.module.ts');
    expect(stdout()).toBe('');
  });
});
