import { Command } from 'commander';
import { programVersion } from '../config/program-folder.js';
import { type JsonOption, statuses, wholeNumber } from './options.js';
import type { Perform } from './perform.js';
import type { Terminal } from './terminal.js';
import { addOperatorCommands } from './operator-commands.js';
import type { HistoryOptions } from './commands/history.command.js';
import type { RunOptions } from './commands/run.command.js';
import type { ScheduleOptions } from './commands/schedule.command.js';

const JSON_OPTION = ['--json', 'print JSON'] as const;
const HINT = '(`worker --help` and `worker COMMAND --help` tell more)';

/** The command line. Each command is loaded when it is called, so that help comes at once. */
export function buildProgram(terminal: Terminal, perform: Perform): Command {
  const performChecked: Perform = (detail, act) =>
    perform(detail, (application) => {
      application.check();
      return act(application);
    });

  const program = new Command('worker')
    .description('Runs and shows the scheduled background work of this machine.')
    .version(programVersion(), '-V, --version')
    // Read where the configuration is: here for the help, and to be allowed.
    .option('--env-file <file>', "variables to use instead of .env in the program's folder")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.say(text.trimEnd()),
    })
    .showHelpAfterError(HINT);

  program
    .command('list')
    .description('the tasks, with schedule, status, last and next run')
    .option(...JSON_OPTION)
    .action((options: JsonOption) =>
      performChecked('quiet', async (application) => {
        const { list } = await import('./commands/list.command.js');
        return list(application, terminal, options);
      }),
    );

  program
    .command('run')
    .description('run a task once, now, in this process; prints the run')
    .argument('<name>', 'the task')
    .option('--detach', 'ask the running service for it, and do not wait')
    .option('--as <name>', 'who asks, for the record (default: the system user)')
    .option(...JSON_OPTION)
    .action((name: string, options: RunOptions) =>
      performChecked(terminal.isWatched ? 'brief' : 'configured', async (application) => {
        if (options.detach) {
          const { runDetached } = await import('./commands/run-detached.command.js');
          return runDetached(application, terminal, name, options);
        }
        const { run } = await import('./commands/run.command.js');
        return run(application, terminal, name, options);
      }),
    );

  program
    .command('history')
    .description('the runs, newest first')
    .argument('[name]', 'only runs of this task')
    .option('--status <status,…>', 'only runs with this status', statuses)
    .option('--limit <n>', 'maximum number of runs', wholeNumber(1, 100_000), 20)
    .option(...JSON_OPTION)
    .action((name: string | undefined, options: HistoryOptions) =>
      performChecked('quiet', async (application) => {
        const { history } = await import('./commands/history.command.js');
        return history(application, terminal, name, options);
      }),
    );

  program
    .command('show')
    .description('one run, with its failed items')
    .argument('<run>', 'the id of the run, or the beginning of it')
    .option(...JSON_OPTION)
    .action((id: string, options: JsonOption) =>
      performChecked('quiet', async (application) => {
        const { show } = await import('./commands/show.command.js');
        return show(application, terminal, id, options);
      }),
    );

  program
    .command('schedule')
    .description('the next slots of a task')
    .argument('<name>', 'the task')
    .option('--next <n>', 'number of slots', wholeNumber(1, 1_000), 5)
    .option(...JSON_OPTION)
    .action((name: string, options: ScheduleOptions) =>
      performChecked('quiet', async (application) => {
        const { schedule } = await import('./commands/schedule.command.js');
        return schedule(application, terminal, name, options);
      }),
    );

  program
    .command('config')
    .description('the configuration')
    .command('check')
    .description('check the configuration and the schedules without starting anything')
    .option(...JSON_OPTION)
    .action((options: JsonOption) =>
      perform('quiet', async (application) => {
        const { configCheck } = await import('./commands/config-check.command.js');
        return configCheck(application, terminal, options);
      }),
    );

  addOperatorCommands(program, terminal, performChecked);
  return program;
}
