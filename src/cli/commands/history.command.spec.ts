import { aRun } from '../../worker/testing/task-context.fake.js';
import { FakeApplication } from '../testing/application.fake.js';
import { aTerminal } from '../testing/terminal.fake.js';
import { TaskUnknownError } from '../../ops/unknown-name.errors.js';
import { history } from './history.command.js';

describe('worker history', () => {
  it('asks the ledger for what was asked for', async () => {
    const fake = new FakeApplication();
    fake.runs = [aRun()];
    const { terminal } = aTerminal();
    await history(fake.asApplication(), terminal, 'send_reminders', { status: ['failed', 'timed_out'], limit: 5 });
    expect(fake.queries).toEqual([{ task: 'send_reminders', statuses: ['failed', 'timed_out'], limit: 5 }]);
  });

  it('narrows to a time and to triggers', async () => {
    const fake = new FakeApplication();
    const asked = { triggers: ['manual', 'retry'], since: new Date(1_000), until: new Date(2_000) } as const;
    const { terminal, stderr } = aTerminal();
    const { triggers: trigger, since, until } = asked;
    await history(fake.asApplication(), terminal, undefined, { trigger, since, until, limit: 5 });
    expect(fake.queries).toEqual([{ ...asked, limit: 5 }]);
    expect(stderr()).toBe(
      'No runs with trigger manual or retry since 1970-01-01T00:00:01.000Z before 1970-01-01T00:00:02.000Z.\n',
    );
  });

  it('prints an array with --json, also when there is nothing', async () => {
    const fake = new FakeApplication();
    const { terminal, stdout } = aTerminal();
    expect(await history(fake.asApplication(), terminal, undefined, { limit: 20, json: true })).toBe(0);
    expect(JSON.parse(stdout())).toEqual([]);
  });

  it.each([
    [undefined, undefined, 'No runs yet. `worker run NAME` starts one.'],
    ['send_reminders', undefined, 'No runs of send_reminders yet. `worker run send_reminders` starts one.'],
    [undefined, ['failed', 'partial'] as const, 'No runs with status failed or partial.'],
  ])('says what it means when there is nothing (%s, %s)', async (task, status, message) => {
    const { terminal, stdout, stderr } = aTerminal();
    const options = { limit: 20, ...(status && { status }) };
    expect(await history(new FakeApplication().asApplication(), terminal, task, options)).toBe(0);
    expect(stderr()).toBe(`${message}\n`);
    expect(stdout()).toBe('');
  });

  it('refuses a name that neither a task nor a run has', async () => {
    const application = new FakeApplication().asApplication();
    await expect(history(application, aTerminal().terminal, 'cleanup', { limit: 20 })).rejects.toThrow(
      TaskUnknownError,
    );
  });

  it('shows the runs of a task that was removed', async () => {
    const fake = new FakeApplication();
    fake.runs = [aRun({ task: 'removed_task' })];
    const { terminal, stdout } = aTerminal();
    expect(await history(fake.asApplication(), terminal, 'removed_task', { limit: 20 })).toBe(0);
    expect(stdout()).toContain('removed_task');
  });
});
