import { RunCancelledError, RunInterruptedError, RunTimedOutError, workerErrorIn } from './errors.js';
import type { ItemCounts, RunError, RunOutcome } from './run.js';

const LONGEST_MESSAGE = 2_000;

/** An error of any kind, even a thrown string, in the form that is recorded. */
export function toRunError(error: unknown): RunError {
  if (!(error instanceof Error)) return { name: 'Error', message: shorten(String(error)), code: 'ERROR' };
  const known = workerErrorIn(error);
  const { name, message } = known ?? error;
  return { name, message: shorten(message), code: known?.code ?? 'ERROR' };
}

/** A task that returned: its items decide between succeeded and partial. */
export function outcomeOfResult(result: unknown, items: ItemCounts | null): RunOutcome {
  return { status: items && items.failed > 0 ? 'partial' : 'succeeded', result };
}

/** A task that threw, or was told to stop for this reason. */
export function outcomeOfError(error: unknown): RunOutcome {
  if (error instanceof RunInterruptedError) return { status: 'interrupted', reason: error.reason };
  if (error instanceof RunCancelledError) return { status: 'cancelled', reason: error.reason };
  if (error instanceof RunTimedOutError) return { status: 'timed_out', error: toRunError(error) };
  return { status: 'failed', error: toRunError(error) };
}

function shorten(message: string): string {
  return message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
}
