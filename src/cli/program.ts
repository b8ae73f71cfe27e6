import { Command } from 'commander';
import { programVersion } from '../config/program-folder.js';
import { ALL_EXIT_CODES, helpAfter } from './help.js';
import type { Perform } from './perform.js';
import { addChangingCommands } from './program/changing.commands.js';
import { addCheckingCommands } from './program/checking.commands.js';
import { addExplainingCommands } from './program/explaining.commands.js';
import { addCopyingCommands } from './program/copying.commands.js';
import { addLookingCommands } from './program/looking.commands.js';
import { addMovingCommands } from './program/moving.commands.js';
import { addRunningCommands } from './program/running.commands.js';
import type { Terminal } from './terminal.js';

const HINT = '(`worker --help` and `worker COMMAND --help` tell more)';

/** The command line. What a command does is loaded when it is called: help comes at once. */
export function buildProgram(terminal: Terminal, perform: Perform): Command {
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
    .showHelpAfterError(HINT)
    .addHelpText(
      'after',
      helpAfter(
        [
          ['worker list', 'how every task stands'],
          ['worker run send_reminders', 'run a task now'],
          ['worker history --status failed', 'what went wrong'],
          ['worker doctor', 'what is wrong with this installation'],
        ],
        ALL_EXIT_CODES,
      ),
    );
  addLookingCommands(program, terminal, perform);
  addRunningCommands(program, terminal, perform);
  addExplainingCommands(program, terminal, perform);
  addCheckingCommands(program, terminal, perform);
  addChangingCommands(program, terminal, perform);
  addCopyingCommands(program, terminal, perform);
  addMovingCommands(program, terminal, perform);
  return program;
}
