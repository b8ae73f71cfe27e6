import { RunCancelledError, RunInterruptedError, RunTimedOutError } from './errors.js';
import { textIn, toRunError } from './run-error.js';
import type { ItemCounts, RunOutcome } from './run.js';

/**
 * A task that returned: its items decide between succeeded and partial.
 *
 * @param reason what is odd about it
 */
export function outcomeOfResult(result: unknown, items: ItemCounts | null, reason: string | null): RunOutcome {
  return { status: items && items.failed > 0 ? 'partial' : 'succeeded', result, ...(reason !== null && { reason }) };
}

/** Says how many of the items that a retry was for are not in the list any more; null: none. */
export function leftListText(only: readonly string[] | null, items: ItemCounts | null): string | null {
  if (!only || !items || items.total >= only.length) return null;
  const left = only.length - items.total;
  const ofAll = items.total === 0 ? '' : ` of ${only.length}`;
  return `${left}${ofAll} ${only.length === 1 ? 'item' : 'items'} had left the list`;
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
