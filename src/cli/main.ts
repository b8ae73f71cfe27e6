import { CommanderError } from 'commander';
import { ConfigurationError } from '../config/configuration.error.js';
import { WorkerError } from '../runs/errors.js';
import { ExitCode, exitCodeOfError } from './exit-code.js';
import { buildProgram, type Perform } from './program.js';
import { Terminal } from './terminal.js';
import { UsageError } from './usage.error.js';

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
    explain(error, terminal);
    return exitCodeOfError(error);
  }
}

function explain(error: unknown, terminal: Terminal): void {
  // Commander has spoken already.
  if (error instanceof CommanderError) return;
  const isExplained = [UsageError, ConfigurationError, WorkerError].some((kind) => error instanceof kind);
  if (!(error instanceof Error)) terminal.say(String(error));
  else terminal.say(isExplained ? error.message : (error.stack ?? error.message));
}
