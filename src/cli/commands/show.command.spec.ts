import { aRun } from '../../worker/testing/task-context.fake.js';
import { FakeApplication } from '../testing/application.fake.js';
import { aTerminal } from '../testing/terminal.fake.js';
import { RunUnknownError } from '../../ops/unknown-name.errors.js';
import { show } from './show.command.js';

const FAILURE = { id: '7', error: { name: 'E', message: 'refused', code: 'HTTP_422' }, attempts: 1 };

describe('worker show', () => {
  it('shows the run that the beginning of an id fits, with its failed items', async () => {
    const fake = new FakeApplication();
    fake.runs = [aRun()];
    fake.failures = [FAILURE];
    const { terminal, stdout } = aTerminal();
    expect(await show(fake.asApplication(), terminal, '01930000', {})).toBe(0);
    expect(stdout()).toMatch(/^run {7}01930000-/);
    expect(stdout()).toContain('Failed items (1)');
    expect(stdout()).toMatch(/^failed {4}item 7: refused$/m);
    expect(stdout()).toMatch(/7 .*refused \(HTTP_422\)/);
  });

  it('prints the run and its failed items with --json', async () => {
    const fake = new FakeApplication();
    fake.runs = [aRun()];
    fake.failures = [FAILURE];
    const { terminal, stdout } = aTerminal();
    await show(fake.asApplication(), terminal, '0193', { json: true });
    expect(JSON.parse(stdout())).toEqual({
      run: expect.objectContaining({ id: aRun().id }),
      failedItems: [FAILURE],
    });
  });

  it('refuses an id that no run has', async () => {
    const application = new FakeApplication().asApplication();
    await expect(show(application, aTerminal().terminal, 'f', {})).rejects.toThrow(RunUnknownError);
  });
});
