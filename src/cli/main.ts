import { CommanderError } from 'commander';
import { ExitCode, exitCodeOfError } from '../process/exit-code.js';
import { explain } from '../process/explanation.js';
import type { Application } from './application.js';
import type { Act, Perform } from './perform.js';
import { buildProgram } from './program.js';
import { UsageError } from './target.js';
import { Terminal } from './terminal.js';

/** Runs one command line and answers the exit code of the process. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  const terminal = new Terminal(process.stdout, process.stderr, process.env);
  let exitCode: ExitCode = ExitCode.success;
  const performOn = async <A extends Application>(application: A, act: Act<A>): Promise<void> => {
    try {
      exitCode = await act(application);
    } finally {
      await application.close();
    }
  };
  const perform: Perform = {
    withLedger: async (act) => {
      const { createLedgerApplication } = await import('./ledger-application.js');
      await performOn(createLedgerApplication(), act);
    },
    withWorker: async (detail, act) => {
      const { createApplication } = await import('./worker-application.js');
      await performOn(await createApplication(detail), act);
    },
  };
  try {
    await buildProgram(terminal, perform).parseAsync(argv);
    return exitCode;
  } catch (error) {
    // Commander has spoken already.
    if (error instanceof UsageError) terminal.say(error.message);
    else if (!(error instanceof CommanderError)) terminal.say(explain(error));
    return exitCodeOf(error);
  }
}

/** The exit code of a command line that ended with an error instead of an answer. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof CommanderError)) return exitCodeOfError(error);
  // Help and version end the parsing with an error of exit code 0.
  return error.exitCode === 0 ? ExitCode.success : ExitCode.wrongUsage;
}
