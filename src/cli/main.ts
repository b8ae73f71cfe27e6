import { CommanderError } from 'commander';
import { ExitCode, exitCodeOfError } from '../process/exit-code.js';
import { explain } from '../process/explanation.js';
import type { Perform } from './perform.js';
import { buildProgram } from './program.js';
import { UsageError } from './target.js';
import { Terminal } from './terminal.js';

/** Runs one command line and answers the exit code of the process. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  const terminal = new Terminal(process.stdout, process.stderr, process.env);
  let exitCode: ExitCode = ExitCode.success;
  const perform: Perform = async (detail, command) => {
    const { createApplication } = await import('./worker-application.js');
    const application = await createApplication(detail);
    try {
      exitCode = await command(application);
    } finally {
      await application.close();
    }
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
