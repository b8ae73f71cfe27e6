import type { Command } from 'commander';
import type { HistoryOptions } from '../commands/history.command.js';
import type { ListOptions } from '../commands/list.command.js';
import type { ScheduleOptions } from '../commands/schedule.command.js';
import { EXIT_CODES_OF_LOOKING, helpAfter } from '../help.js';
import { instantOrAgo, JSON_OPTION, type JsonOption, statuses, triggers, wholeNumber } from '../options.js';
import { looking, type Perform } from '../perform.js';
import type { Terminal } from '../terminal.js';

/** Commands that change nothing. */
export function addLookingCommands(program: Command, terminal: Terminal, perform: Perform): void {
  program
    .command('list')
    .description('the tasks, with schedule, status, last and next run')
    .option('--watch', 'go on, second by second; as JSON one line whenever something has changed')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      helpAfter(
        [
          ['worker list', 'how every task stands'],
          ['worker list --watch', 'the same, kept up to date'],
          ["worker list --json | jq '.[] | select(.stale) | .name'", 'tasks that have not succeeded in time'],
        ],
        EXIT_CODES_OF_LOOKING,
      ),
    )
    .action((options: ListOptions) =>
      perform.withLedger(
        looking(terminal, async (application) => {
          const { list } = await import('../commands/list.command.js');
          return list(application, terminal, options);
        }),
      ),
    );

  program
    .command('history')
    .description('the runs, newest first')
    .argument('[name]', 'only runs of this task')
    .option('--status <status,…>', 'only runs with this status', statuses)
    .option('--trigger <trigger,…>', 'only runs with this trigger', triggers)
    .option('--since <time>', 'only runs recorded since a time, or since so long ago: 2h', instantOrAgo)
    .option('--until <time>', 'only runs recorded before a time', instantOrAgo)
    .option('--limit <n>', 'maximum number of runs', wholeNumber(1, 100_000), 20)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      helpAfter(
        [
          ['worker history send_reminders', 'the last 20 runs of one task'],
          ['worker history --status failed,timed_out --since 1d', 'what went wrong since yesterday'],
          ['worker history --trigger manual,retry', 'what people have started'],
        ],
        EXIT_CODES_OF_LOOKING,
      ),
    )
    .action((name: string | undefined, options: HistoryOptions) =>
      perform.withLedger(
        looking(terminal, async (application) => {
          const { history } = await import('../commands/history.command.js');
          return history(application, terminal, name, options);
        }),
      ),
    );

  program
    .command('show')
    .description('one run, with its failed items')
    .argument('<run>', 'the id of the run, or the beginning of it')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      helpAfter(
        [
          ['worker show 0193a5c2', 'a run by the beginning of its id'],
          ["worker show 0193a5c2 --json | jq -r '.failedItems[].id'", 'the ids of its failed items'],
        ],
        EXIT_CODES_OF_LOOKING,
      ),
    )
    .action((id: string, options: JsonOption) =>
      perform.withLedger(
        looking(terminal, async (application) => {
          const { show } = await import('../commands/show.command.js');
          return show(application, terminal, id, options);
        }),
      ),
    );

  program
    .command('schedule')
    .description('the next slots of a task')
    .argument('<name>', 'the task')
    .option('--next <n>', 'number of slots', wholeNumber(1, 1_000), 5)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      helpAfter([['worker schedule send_reminders --next 3', 'when it is due next']], EXIT_CODES_OF_LOOKING),
    )
    .action((name: string, options: ScheduleOptions) =>
      perform.withLedger(
        looking(
          terminal,
          async (application) => {
            const { schedule } = await import('../commands/schedule.command.js');
            return schedule(application, terminal, name, options);
          },
          'optional',
        ),
      ),
    );
}
