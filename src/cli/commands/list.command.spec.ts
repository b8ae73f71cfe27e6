import { jest } from '@jest/globals';
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

  describe('with --watch', () => {
    beforeEach(() => jest.useFakeTimers());
    afterEach(() => jest.useRealTimers());

    it('prints the tasks again when something has changed, until a signal comes', async () => {
      const fake = new FakeApplication();
      const { terminal, stdout } = aTerminal();
      const ended = list(fake.asApplication(), terminal, { watch: true, json: true });
      await jest.advanceTimersByTimeAsync(3_000);
      fake.tasks = fake.tasks.slice(0, 1);
      await jest.advanceTimersByTimeAsync(1_000);
      process.emit('SIGINT');
      expect(await ended).toBe(0);
      const lines = stdout().trimEnd().split('\n');
      expect(lines.map((line) => (JSON.parse(line) as unknown[]).length)).toEqual([2, 1]);
      expect(process.listenerCount('SIGINT')).toBe(0);
    });

    it('draws over what it has drawn on a terminal, with the service that runs', async () => {
      const fake = new FakeApplication();
      const { terminal, stdout } = aTerminal(100);
      const ended = list(fake.asApplication(), terminal, { watch: true });
      await jest.advanceTimersByTimeAsync(1_500);
      process.emit('SIGTERM');
      await ended;
      const screens = stdout().split('\u001b[H').slice(1);
      expect(screens.length).toBeGreaterThanOrEqual(2);
      for (const screen of screens) {
        expect(screen).toMatch(/^no service is running; [^]*send_reminders/);
        expect(screen.endsWith('\u001b[J')).toBe(true);
      }
    });
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
