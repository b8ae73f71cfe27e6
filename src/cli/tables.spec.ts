import type { ItemRecord } from '../ledger/item-ledger.js';
import { displayWidth } from '../runs/display-width.js';
import { aRun } from '../worker/testing/task-context.fake.js';
import { configCheck } from './commands/config-check.command.js';
import { history } from './commands/history.command.js';
import { items } from './commands/items.command.js';
import { list } from './commands/list.command.js';
import { show } from './commands/show.command.js';
import { aTask, FakeApplication, NOW } from './testing/application.fake.js';
import { aTerminal } from './testing/terminal.fake.js';

const LONG = 'Data API answered 422: the order has no address, and no one knows where it should go '.repeat(5);
const UUID = '018f3c6e-7a54-7cc0-9c4e-2f0d4f6b1a2b';
const TASK = 'process_pending_orders';

function trouble(id: string): ItemRecord {
  const seen = { firstFailedAt: new Date(NOW.getTime() - 5e8), lastFailedAt: new Date(NOW.getTime() - 6e4) };
  const quarantinedUntil = new Date(NOW.getTime() + 3e6);
  return { id, failedRuns: 1_005, crashes: 12, ...seen, lastError: LONG, quarantinedUntil };
}

function application(id: string) {
  const fake = new FakeApplication();
  const run = aRun({
    ...{ task: TASK, status: 'partial', attempt: 3, trigger: 'catch_up', reason: LONG },
    items: { total: 1_000_000, succeeded: 999_000, failed: 1_000, skipped: 0 },
  });
  fake.tasks = [aTask(TASK), aTask('a_task_with_a_name_of_fifty_characters_as_some_have'), aTask('by_hand', null)];
  fake.runs = [run];
  fake.failures = [{ id, error: { name: 'HttpStatusError', message: LONG, code: 'HTTP_422' }, attempts: 3 }];
  fake.trouble = new Map([[id, trouble(id)]]);
  fake.overviews = new Map([[TASK, { task: TASK, lastRun: run, lastSuccessAt: NOW }]]);
  return fake.asApplication();
}

type Command = (of: ReturnType<typeof application>, columns: number) => Promise<string>;

const printing =
  (
    command: (of: ReturnType<typeof application>, terminal: ReturnType<typeof aTerminal>) => Promise<unknown>,
  ): Command =>
  async (of, columns) => {
    const terminal = aTerminal(columns, { NO_COLOR: '1' });
    await command(of, terminal);
    return terminal.stdout();
  };

const COMMANDS: Record<string, Command> = {
  list: printing((of, { terminal }) => list(of, terminal, {})),
  history: printing((of, { terminal }) => history(of, terminal, undefined, { limit: 20 })),
  items: printing((of, { terminal }) => items(of, terminal, TASK, {})),
  // Before the table are facts, one a line, however long they are.
  show: async (...of) => {
    const all = await printing((app, { terminal }) => show(app, terminal, aRun().id, {}))(...of);
    return all.slice(all.indexOf('Failed items'));
  },
  'config check': async (...of) => {
    const all = await printing((app, { terminal }) => configCheck(app, terminal, {}))(...of);
    return all.slice(all.indexOf('TASK'));
  },
};

describe('the table of worker', () => {
  const widths = [60, 80, 140].flatMap((columns) => Object.keys(COMMANDS).map((name) => [name, columns] as const));

  it.each(widths)('%s fits a terminal of %i columns', async (name, columns) => {
    for (const id of ['7', UUID, 'x'.repeat(1_024), '注文'.repeat(200)]) {
      const printed = (await COMMANDS[name]?.(application(id), columns)) ?? '';
      for (const line of printed.trimEnd().split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    }
  });

  it.each(['items', 'show'])('%s shows a whole id and the beginning of its error at 60 columns', async (name) => {
    const printed = (await COMMANDS[name]?.(application(UUID), 60)) ?? '';
    expect(printed).toMatch(new RegExp(`^${UUID} .*Data API answ`, 'm'));
  });
});
