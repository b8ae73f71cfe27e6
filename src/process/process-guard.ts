import type { WorkerEvents } from '../runs/worker-events.js';
import { currentRunScope } from '../worker/execution/run-scope.js';

/**
 * Decides what an error means that nothing caught. One that arose inside a run, from a callback or
 * a promise that the task left behind, is that run's fault: it is reported with the run, and the
 * process goes on. Any other one is a fault in the program: it is reported, and ends the process
 * with 1. The ledger is made for that; the next start recovers.
 *
 * Node.js 24 calls both handlers in the asynchronous context in which the error arose, which tells
 * the two apart.
 */
export function guardProcess(events: WorkerEvents): void {
  const judge = (kind: 'exception' | 'rejection', error: unknown) => {
    if (currentRunScope()) {
      events.emit('run.error_escaped', { kind, error });
    } else {
      events.emit('process.failed', { kind, error });
      process.exit(1);
    }
  };
  process.on('uncaughtException', (error) => judge('exception', error));
  process.on('unhandledRejection', (reason) => judge('rejection', reason));
}
