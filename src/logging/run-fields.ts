import { currentRunScope } from '../worker/run-scope.js';

/** The run that the line belongs to; nothing outside of any run. A new object each time: pino writes into it. */
export function runFields(): Record<string, unknown> {
  const scope = currentRunScope();
  return scope ? { run: scope.runId, task: scope.task, attempt: scope.attempt, slot: scope.slot } : {};
}
