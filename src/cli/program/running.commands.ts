import type { Command } from 'commander';
import type { RunOptions } from '../commands/run.command.js';
import { ALL_EXIT_CODES, helpAfter } from '../help.js';
import { JSON_OPTION, parameter } from '../options.js';
import { checked, type Perform } from '../perform.js';
import { UsageError } from '../target.js';
import type { Terminal } from '../terminal.js';

/** Commands that execute runs in their own process. */
export function addRunningCommands(program: Command, terminal: Terminal, perform: Perform): void {
  program
    .command('run')
    .description('run a task once, now, in this process; prints the run')
    .argument('<name>', 'the task')
    .option('--param <key=value>', 'a parameter of the run; may be given several times', parameter)
    .option('--dry-run', 'read, hold back every request that would change something, and list them')
    .option('--detach', 'ask the running service for it, and do not wait')
    .option('--reason <text>', 'with --detach: why, for the record')
    .option('--as <name>', 'who asks, for the record (default: the system user)')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      helpAfter(
        [
          ['worker run send_reminders', 'with its progress; Ctrl-C cancels it'],
          ['worker run send_reminders --json | jq .result', 'its result'],
          ['worker run send_reminders --dry-run', 'what it would change'],
          ['worker run send_reminders --detach', 'in the running service; takes --param and --dry-run, too'],
        ],
        ALL_EXIT_CODES,
      ),
    )
    .action((name: string, options: RunOptions) => {
      if (options.reason !== undefined && !options.detach) {
        throw new UsageError('--reason is for the audit trail of the service: say it with --detach.');
      }
      if (options.detach) {
        return perform.withLedger(async (application) => {
          const { runDetached } = await import('../commands/run-detached.command.js');
          return runDetached(application, terminal, name, options);
        });
      }
      return perform.withWorker(
        terminal.isWatched ? 'brief' : 'configured',
        checked(async (application) => {
          const { run } = await import('../commands/run.command.js');
          return run(application, terminal, name, options);
        }),
      );
    });
}
