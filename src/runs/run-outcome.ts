import { RunCancelledError, RunInterruptedError, RunTimedOutError } from './errors.js';
import { textIn, toRunError } from './run-error.js';
import type { ItemCounts, RunOutcome } from './run.js';

/**
 * A task that returned: its items decide between succeeded and partial.
 *
 * @param suspicion how it is unlike the runs before it
 */
export function outcomeOfResult(result: unknown, items: ItemCounts | null, suspicion: string | null): RunOutcome {
  const reason = suspicion === null ? {} : { reason: `suspicious: ${suspicion}` };
  return { status: items && items.failed > 0 ? 'partial' : 'succeeded', result, ...reason };
}

/** A task that threw, or was told to stop for this reason. Never throws, whatever was thrown. */
export function outcomeOfError(thrown: unknown): RunOutcome {
  const error = toRunError(thrown);
  const reason = textIn(thrown, 'reason') ?? error.message;
  try {
    if (thrown instanceof RunInterruptedError) return { status: 'interrupted', reason };
    if (thrown instanceof RunCancelledError) return { status: 'cancelled', reason };
    if (thrown instanceof RunTimedOutError) return { status: 'timed_out', error };
  } catch {
    // A proxy can throw at any question about it.
  }
  return { status: 'failed', error };
}
