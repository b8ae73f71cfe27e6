import type { ItemCounts } from '../../runs/run.js';

/**
 * A copy of the counts that a task reports, as whole numbers from 0 on: what is not a number counts
 * as 0. Null for what cannot be read at all.
 */
export function reportedItems(reported: ItemCounts): ItemCounts | null {
  try {
    const { total, succeeded, failed, skipped } = reported;
    return { total: count(total), succeeded: count(succeeded), failed: count(failed), skipped: count(skipped) };
  } catch {
    return null;
  }
}

function count(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.floor(Math.min(value, Number.MAX_SAFE_INTEGER)) : 0;
}
