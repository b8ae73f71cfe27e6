import { workerErrorIn } from '../../runs/errors.js';
import type { ItemVerdict } from '../authoring/item-context.js';

/** How one item ended. `endsRun`: no other item of the run can succeed either. */
export type ItemEnd =
  | { readonly verdict: ItemVerdict }
  | { readonly verdict: 'failed'; readonly error: unknown; readonly attempts: number }
  | { readonly verdict: 'unknown'; readonly endsRun?: { readonly error: unknown } };

/** Of an item whose processing threw. `signal`: of its run. */
export function endByError(error: unknown, signal: AbortSignal): ItemEnd {
  if (signal.aborted) return { verdict: 'unknown' };
  const known = workerErrorIn(error);
  if (known?.endsRun) return { verdict: 'unknown', endsRun: { error } };
  if (known?.itemGone) return { verdict: 'skipped' };
  return { verdict: 'failed', error, attempts: known?.attempts ?? 1 };
}
