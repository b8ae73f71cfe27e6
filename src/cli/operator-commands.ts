import { type Command, Option } from 'commander';
import type { RetryOptions } from './commands/retry.command.js';
import type { ItemsOptions } from './commands/items.command.js';
import type { LogsOptions } from './commands/logs.command.js';
import type { PauseOptions } from './commands/pause.command.js';
import type { WhyOptions } from './commands/why.command.js';
import { LINE_LEVELS } from '../ops/line-levels.js';
import { type ActorOptions, duration, instant, JSON_OPTION, type JsonOption, list } from './options.js';
import { looking, type Perform } from './perform.js';
import type { TargetOptions } from './target.js';
import type { Terminal } from './terminal.js';

const AS = ['--as <name>', 'who asks, for the record (default: the system user)'] as const;
const REASON = ['--reason <text>', 'why, for the record'] as const;
const RUN = ['<run>', 'the id of the run, or the beginning of it'] as const;

/** The commands that change something, and those that tell why. */
export function addOperatorCommands(program: Command, terminal: Terminal, perform: Perform): void {
  const changing = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option(...REASON)
      .option(...AS)
      .option(...JSON_OPTION);

  changing('pause', 'skip the slots of a task, until it is resumed or a time has come')
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
        const { pause } = await import('./commands/pause.command.js');
        return pause(application, terminal, name, options);
      }),
    );

  changing('resume', 'end the pause of a task; what came due meanwhile is not caught up')
    .argument('[name]', 'the task')
    .option('--all', 'all tasks')
    .action((name: string | undefined, options: TargetOptions & ActorOptions & JsonOption) =>
      perform.withLedger(async (application) => {
        const { resume } = await import('./commands/resume.command.js');
        return resume(application, terminal, name, options);
      }),
    );

  changing('cancel', 'end an active or queued run, wherever it is')
    .argument(...RUN)
    .action((id: string, options: ActorOptions & JsonOption) =>
      perform.withLedger(async (application) => {
        const { cancel } = await import('./commands/cancel.command.js');
        return cancel(application, terminal, id, options);
      }),
    );

  changing('retry', 'run the failed items of a run again, those in quarantine too')
    .argument(...RUN)
    .option('--items <id,…>', 'only these items', list)
    .option('--error <text>', 'only items with this text in their error')
    .action((id: string, options: RetryOptions) =>
      perform.withLedger(async (application) => {
        const { retry } = await import('./commands/retry.command.js');
        return retry(application, terminal, id, options);
      }),
    );

  program
    .command('items')
    .description('the items of a task that are in trouble over runs')
    .argument('<name>', 'the task')
    .option('--quarantined', 'only those in quarantine')
    .option(...JSON_OPTION)
    .action((name: string, options: ItemsOptions) =>
      perform.withLedger(
        looking(terminal, async (application) => {
          const { items } = await import('./commands/items.command.js');
          return items(application, terminal, name, options);
        }),
      ),
    );

  program
    .command('why')
    .description('what became of a slot of a task, and why')
    .argument('<name>', 'the task')
    .option('--at <time>', 'the time, such as 2026-11-23T18:00Z (default: the newest slot)', instant)
    .option(...JSON_OPTION)
    .action((name: string, options: WhyOptions) =>
      perform.withLedger(
        looking(terminal, async (application) => {
          const { why } = await import('./commands/why.command.js');
          return why(application, terminal, name, options);
        }),
      ),
    );

  program
    .command('logs')
    .description('the log lines of a run')
    .argument(...RUN)
    .option('--follow', 'go on until the run has ended')
    .addOption(new Option('--level <level>', 'only lines of this level and worse').choices(LINE_LEVELS))
    .option(...JSON_OPTION)
    .action((id: string, options: LogsOptions) =>
      perform.withLedger(
        looking(terminal, async (application) => {
          const { logs } = await import('./commands/logs.command.js');
          return logs(application, terminal, id, options);
        }),
      ),
    );

  changing('release', 'end the quarantine of items')
    .argument('<name>', 'the task')
    .argument('<items...>', 'the ids of the items')
    .action((name: string, items: readonly string[], options: ActorOptions & JsonOption) =>
      perform.withLedger(async (application) => {
        const { release } = await import('./commands/release.command.js');
        return release(application, terminal, name, items, options);
      }),
    );
}
