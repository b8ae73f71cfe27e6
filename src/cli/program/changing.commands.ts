import { type Command, Option } from 'commander';
import { type ExitCodeName, helpAfter, type Example } from '../help.js';
import type { RetryOptions } from '../commands/retry.command.js';
import type { PauseOptions } from '../commands/pause.command.js';
import { type ActorOptions, duration, instant, JSON_OPTION, type JsonOption, list } from '../options.js';
import type { Perform } from '../perform.js';
import type { TargetOptions } from '../target.js';
import type { Terminal } from '../terminal.js';

const AS = ['--as <name>', 'who asks, for the record (default: the system user)'] as const;
const REASON = ['--reason <text>', 'why, for the record'] as const;
const RUN = ['<run>', 'the id of the run, or the beginning of it'] as const;
const EXIT_CODES: readonly ExitCodeName[] = ['success', 'failed', 'badConfiguration', 'wrongUsage'];

/** The commands that change something, each entered in the audit trail. */
export function addChangingCommands(program: Command, terminal: Terminal, perform: Perform): void {
  const changing = (name: string, description: string, examples: readonly Example[]) =>
    program
      .command(name)
      .description(description)
      .option(...REASON)
      .option(...AS)
      .option(...JSON_OPTION)
      .addHelpText('after', helpAfter(examples, EXIT_CODES));

  changing('pause', 'skip the slots of a task, until it is resumed or a time has come', [
    ['worker pause send_reminders --for 1h', 'ends by itself'],
    ['worker pause --all --reason "API moves"', 'all tasks, until they are resumed'],
  ])
    .argument('[name]', 'the task')
    .option('--all', 'all tasks')
    .option('--for <duration>', 'end the pause by itself after 30m, 2h, …', duration)
    .addOption(
      new Option('--until <time>', 'end the pause by itself at a time, such as 2026-11-23T18:00Z')
        .argParser(instant)
        .conflicts('for'),
    )
    .action((name: string | undefined, options: PauseOptions) =>
      perform.withLedger(async (application) => {
        const { pause } = await import('../commands/pause.command.js');
        return pause(application, terminal, name, options);
      }),
    );

  changing('resume', 'end the pause of a task; what came due meanwhile is not caught up', [
    ['worker resume send_reminders', 'its next slot runs again'],
    ['worker resume --all', 'ends every pause'],
  ])
    .argument('[name]', 'the task')
    .option('--all', 'all tasks')
    .action((name: string | undefined, options: TargetOptions & ActorOptions & JsonOption) =>
      perform.withLedger(async (application) => {
        const { resume } = await import('../commands/resume.command.js');
        return resume(application, terminal, name, options);
      }),
    );

  changing('cancel', 'end an active or queued run, wherever it is', [
    ['worker cancel 0193a5c2 --reason "wrong list"', 'a run by the beginning of its id'],
  ])
    .argument(...RUN)
    .action((id: string, options: ActorOptions & JsonOption) =>
      perform.withLedger(async (application) => {
        const { cancel } = await import('../commands/cancel.command.js');
        return cancel(application, terminal, id, options);
      }),
    );

  changing('retry', 'run the failed items of a run again, those in quarantine too', [
    ['worker retry 0193a5c2', 'all of its failed items'],
    ['worker retry 0193a5c2 --error HTTP_503', 'those that failed like this'],
    ['worker retry 0193a5c2 --items 17,21', 'these two'],
  ])
    .argument(...RUN)
    .option('--items <id,…>', 'only these items', list)
    .option('--error <text>', 'only items with this text in their error')
    .action((id: string, options: RetryOptions) =>
      perform.withLedger(async (application) => {
        const { retry } = await import('../commands/retry.command.js');
        return retry(application, terminal, id, options);
      }),
    );

  changing('release', 'end the quarantine of items', [
    ['worker release process_pending_orders 17 21', 'the next run tries them again'],
  ])
    .argument('<name>', 'the task')
    .argument('<items...>', 'the ids of the items')
    .action((name: string, items: readonly string[], options: ActorOptions & JsonOption) =>
      perform.withLedger(async (application) => {
        const { release } = await import('../commands/release.command.js');
        return release(application, terminal, name, items, options);
      }),
    );
}
