import { Logger } from '@nestjs/common';
import { currentRunScope } from '../worker/execution/run-scope.js';

/**
 * Decides what an error means that nothing caught. One that arose inside a run, from a callback or
 * a promise that the task left behind, is that run's fault: it is logged with the run, and the
 * process goes on. Any other one is a fault in the program: it is logged, and ends the process with
 * 1. The ledger is made for that; the next start recovers.
 *
 * Node.js 24 calls both handlers in the asynchronous context in which the error arose, which tells
 * the two apart.
 */
export function guardProcess(): void {
  process.on('uncaughtException', (error) => judge('An exception was not caught', error));
  process.on('unhandledRejection', (reason) => judge('A rejection was not handled', reason));
}

const logger = new Logger('Process');

function judge(what: string, error: unknown): void {
  const err = error instanceof Error ? error : new Error(`A value was thrown that is no error: ${String(error)}`);
  if (currentRunScope()) {
    logger.error(`${what}; the task left it behind`, err);
    return;
  }
  logger.fatal(`${what}; the process ends`, err);
  process.exit(1);
}
