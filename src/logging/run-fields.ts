import { currentRunScope } from '../worker/run-scope.js';

/** The run that the line belongs to; nothing outside of any run. A new object each time: pino writes into it. */
export function runFields(): Record<string, unknown> {
  const scope = currentRunScope();
  if (!scope) return {};
  scope.announce?.();
  const { runId, task, attempt, slot } = scope;
  return { run: runId, task, attempt, slot: slot && slot.toISOString() };
}
