import type { NewestService } from '../ledger/service-ledger.js';
import type { ExitCode } from '../process/exit-code.js';
import { LedgerMissingError } from '../runs/errors.js';
import type { Application, WorkerApplication } from './application.js';
import { serviceLine } from './service-line.js';
import type { Terminal } from './terminal.js';
import type { LogDetail } from './worker-application.js';

/** What a command does. Its exit code becomes that of the process. */
export type Act<A extends Application> = (application: A) => Promise<ExitCode> | ExitCode;

/** Gives a command what it works with, not checked and not open yet; closes it afterwards. */
export interface Perform {
  /** For all commands that execute no run: they start in a fraction of the time. */
  withLedger(act: Act<Application>): Promise<void>;

  withWorker(detail: LogDetail, act: Act<WorkerApplication>): Promise<void>;
}

/** Nothing is opened as long as the configuration has a problem. */
export function checked<A extends Application>(act: Act<A>): Act<A> {
  return async (application) => {
    await application.check();
    return act(application);
  };
}

/** What needs no tasks is not kept from its work by one that cannot be loaded. */
export function configured(act: Act<Application>): Act<Application> {
  return async (application) => {
    if (application.settings.problems.length > 0) await application.check();
    return act(application);
  };
}

/**
 * Opens the ledger for reading, and says on stderr whose tasks and runs are shown.
 *
 * @param ledger `optional`: what the command shows does not depend on there being one
 */
export function looking(
  terminal: Terminal,
  act: Act<Application>,
  ledger: 'required' | 'optional' = 'required',
): Act<Application> {
  return async (application) => {
    terminal.say(serviceLine(await opened(application, ledger)));
    return act(application);
  };
}

async function opened(application: Application, ledger: 'required' | 'optional'): Promise<NewestService | null> {
  try {
    return await application.open('reader');
  } catch (error) {
    if (ledger === 'optional' && error instanceof LedgerMissingError) return null;
    throw error;
  }
}
