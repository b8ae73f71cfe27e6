import { Argument, type Command } from 'commander';
import { completionScript, type Shell, SHELLS } from '../completion/completion-scripts.js';
import { helpAfter } from '../help.js';
import { JSON_OPTION, type JsonOption } from '../options.js';
import type { Perform } from '../perform.js';
import type { Terminal } from '../terminal.js';

/** Commands about the installation itself. */
export function addCheckingCommands(program: Command, terminal: Terminal, perform: Perform): void {
  program
    .command('config')
    .description('the configuration')
    .command('check')
    .description('check the configuration and the schedules without starting anything')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      helpAfter(
        [
          ['worker config check', 'every problem at once'],
          ['worker --env-file new.env config check', 'the same for another file'],
        ],
        ['success', 'badConfiguration', 'wrongUsage'],
      ),
    )
    .action((options: JsonOption) =>
      perform.withLedger(async (application) => {
        const { configCheck } = await import('../commands/config-check.command.js');
        return configCheck(application, terminal, options);
      }),
    );

  program
    .command('doctor')
    .description('look at all that the worker stands on, and say what to do')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      helpAfter(
        [
          ['worker doctor', 'what is fine (✓), doubtful (!), or wrong (✗)'],
          ['worker doctor --json | jq \'.[] | select(.verdict != "fine")\'', 'what is not fine'],
        ],
        ['success', 'failed', 'unauthorized', 'badConfiguration', 'unreachable', 'wrongUsage'],
      ),
    )
    .action((options: JsonOption) =>
      perform.withLedger(async (application) => {
        const { doctor } = await import('../commands/doctor.command.js');
        return doctor(application, terminal, options);
      }),
    );

  program
    .command('completion')
    .description('what a shell has to read to complete commands, tasks and runs')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText(
      'after',
      helpAfter(
        [
          ['source <(worker completion bash)', 'in ~/.bashrc'],
          ['source <(worker completion zsh)', 'in ~/.zshrc, after compinit'],
          ['worker completion fish | source', 'in ~/.config/fish/config.fish'],
        ],
        ['success', 'wrongUsage'],
      ),
    )
    .action((shell: Shell) => terminal.print(completionScript(shell)));

  program
    .command('complete', { hidden: true })
    .argument('[words...]', 'what has been typed; the last word is to be completed')
    .action((words: readonly string[]) =>
      perform.withLedger(async (application) => {
        const { complete } = await import('../commands/complete.command.js');
        return complete(application, terminal, program, words);
      }),
    );
}
