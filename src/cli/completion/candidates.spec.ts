import { buildProgram } from '../program.js';
import { aTerminal } from '../testing/terminal.fake.js';
import { FakeApplication } from '../testing/application.fake.js';
import { candidates, type KnownNames } from './candidates.js';

const asked: unknown[] = [];
const known: KnownNames = {
  tasks: async () => ['cleanup_old_orders', 'send_reminders'],
  runs: async (prefix, statuses) => {
    asked.push([prefix, statuses]);
    return ['0193a5c2', '0193a5c1'];
  },
  items: async (task) => [`${task}-1`, `${task}-2`],
};

describe('the completion of a command line', () => {
  const program = buildProgram(
    aTerminal().terminal,
    new FakeApplication().performing(() => {}),
  );
  const complete = (line: string) => candidates(program, line.split(' ').slice(1), known);

  it.each([
    ['worker re', ['retry', 'release', 'restore', 'resume']],
    ['worker config ', ['check']],
    ['worker run ', ['cleanup_old_orders', 'send_reminders']],
    ['worker run --dry-run s', ['send_reminders']],
    ['worker run --param a=1 ', ['cleanup_old_orders', 'send_reminders']],
    ['worker history send_reminders --since 1h --tri', ['--trigger']],
    ['worker history --status fa', ['failed']],
    ['worker history --status failed,timed', ['failed,timed_out']],
    ['worker history --trigger m', ['manual']],
    ['worker logs 0193 --level w', ['warn']],
    ['worker show 01', ['0193a5c2', '0193a5c1']],
    ['worker release send_reminders send_reminders-1 ', ['send_reminders-2']],
    ['worker completion b', ['bash']],
    ['worker run send_reminders ', []],
    ['worker com', ['completion']],
  ])('offers for %j what may follow', async (line, offered) => {
    expect([...(await complete(line))].sort()).toEqual([...offered].sort());
  });

  it('offers only runs that the command makes sense for', async () => {
    asked.length = 0;
    await complete('worker cancel 0193');
    await complete('worker retry ');
    expect(asked).toEqual([
      ['0193', ['queued', 'running', 'interrupted']],
      ['', ['partial', 'failed', 'timed_out', 'cancelled']],
    ]);
  });
});
