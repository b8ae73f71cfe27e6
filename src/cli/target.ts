import { CommanderError } from 'commander';
import { ExitCode } from '../process/exit-code.js';

export interface TargetOptions {
  readonly all?: boolean;
}

/** The task that is named, or null for `--all`. Throws a `UsageError` for neither and for both. */
export function targetOf(name: string | undefined, all: boolean | undefined): string | null {
  if ((name === undefined) === (all === true)) return name ?? null;
  const message = name === undefined ? 'Name a task, or say --all.' : 'Name a task or say --all, not both.';
  throw new UsageError(message);
}

/** What the parser of the command line cannot see to be wrong. */
export class UsageError extends CommanderError {
  override readonly name = 'UsageError';

  constructor(message: string) {
    super(ExitCode.wrongUsage, 'worker.usage', message);
  }
}
