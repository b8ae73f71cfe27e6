import { type Command, Option } from 'commander';
import { EXIT_CODES_OF_LOOKING, helpAfter } from '../help.js';
import type { ItemsOptions } from '../commands/items.command.js';
import type { LogsOptions } from '../commands/logs.command.js';
import type { WhyOptions } from '../commands/why.command.js';
import { LINE_LEVELS } from '../../ops/line-levels.js';
import { instant, JSON_OPTION } from '../options.js';
import { looking, type Perform } from '../perform.js';
import type { Terminal } from '../terminal.js';

/** Commands that tell why. */
export function addExplainingCommands(program: Command, terminal: Terminal, perform: Perform): void {
  program
    .command('why')
    .description('what became of a slot of a task, and why')
    .argument('<name>', 'the task')
    .option('--at <time>', 'the time, such as 2026-11-23T18:00Z (default: the newest slot)', instant)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      helpAfter(
        [
          ['worker why send_reminders', 'what became of its newest slot'],
          ['worker why send_reminders --at 2026-11-23T03:00Z', 'why it did not run at three'],
        ],
        EXIT_CODES_OF_LOOKING,
      ),
    )
    .action((name: string, options: WhyOptions) =>
      perform.withLedger(
        looking(terminal, async (application) => {
          const { why } = await import('../commands/why.command.js');
          return why(application, terminal, name, options);
        }),
      ),
    );

  program
    .command('logs')
    .description('the log lines of a run')
    .argument('<run>', 'the id of the run, or the beginning of it')
    .option('--follow', 'go on until the run has ended')
    .addOption(new Option('--level <level>', 'only lines of this level and worse').choices(LINE_LEVELS))
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      helpAfter(
        [
          ['worker logs 0193a5c2 --level warn', 'what went wrong in a run'],
          ['worker logs 0193a5c2 --follow --json | jq .message', 'each line as it comes, as JSON'],
        ],
        EXIT_CODES_OF_LOOKING,
      ),
    )
    .action((id: string, options: LogsOptions) =>
      perform.withLedger(
        looking(terminal, async (application) => {
          const { logs } = await import('../commands/logs.command.js');
          return logs(application, terminal, id, options);
        }),
      ),
    );

  program
    .command('items')
    .description('the items of a task that are in trouble over runs')
    .argument('<name>', 'the task')
    .option('--quarantined', 'only those in quarantine')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      helpAfter(
        [
          ['worker items process_pending_orders', 'items that fail run after run'],
          ['worker items process_pending_orders --quarantined', 'only those in quarantine'],
        ],
        EXIT_CODES_OF_LOOKING,
      ),
    )
    .action((name: string, options: ItemsOptions) =>
      perform.withLedger(
        looking(terminal, async (application) => {
          const { items } = await import('../commands/items.command.js');
          return items(application, terminal, name, options);
        }),
      ),
    );
}
