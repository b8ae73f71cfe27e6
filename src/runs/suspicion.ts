import type { ItemCounts, Run } from './run.js';

/** Runs before a good one that say what is usual. */
export const USUAL_RUNS = 20;
/** Fewer items are no pattern. */
const MIN_USUAL_ITEMS = 10;
const TIMES_USUAL = 10;
/** An object with more keys is a table of data, whose keys say nothing. */
const MAX_KEYS = 50;
/** What the ledger keeps of a result that it could not record. */
const NOTE = 'note:string';

/** What a run has brought, as far as one can be compared with another. */
export interface Yield {
  /** Null for a task without items. */
  readonly total: number | null;
  /** The keys of its result and their types; undefined where there is nothing to tell. */
  readonly shape: string | undefined;
}

/** Whether a run does what its task usually does: not one with inputs, or for some items only. */
export function isUsual({ status, trigger, dryRun, params }: Run): boolean {
  const isGood = status === 'succeeded' || status === 'partial';
  return isGood && trigger !== 'retry' && !dryRun && !params;
}

/** `result`: as a task has returned it, or as it is on record. Never throws. */
export function yieldOf(items: ItemCounts | null, result: unknown): Yield {
  return { total: items?.total ?? null, shape: shapeOf(result) };
}

/**
 * How a run that went well is unlike the twenty before it, newest first: no items where all had
 * some, ten times the usual, or a result of another shape than all of them. Null: it is not, or
 * there are not as many.
 */
export function suspicionOf({ total, shape }: Yield, history: readonly Yield[]): string | null {
  const before = history.slice(0, USUAL_RUNS);
  if (before.length < USUAL_RUNS) return null;
  const counts = before.map((earlier) => earlier.total ?? 0).sort((a, b) => a - b);
  const usual = counts[USUAL_RUNS / 2] ?? 0;
  if (total !== null && usual >= MIN_USUAL_ITEMS) {
    if (total === 0 && counts[0]! > 0) return `no items, where about ${usual} are usual`;
    if (total >= usual * TIMES_USUAL) return `${total} items, where about ${usual} are usual`;
  }
  const usualShape = before[0]?.shape;
  const isKnown = shape !== undefined && usualShape !== undefined && usualShape !== NOTE;
  if (isKnown && shape !== usualShape && before.every((earlier) => earlier.shape === usualShape)) {
    return `a result of another shape than the ${USUAL_RUNS} before it`;
  }
  return null;
}

function shapeOf(result: unknown): string | undefined {
  try {
    const kind = kindOf(result);
    if (kind !== 'object') return kind;
    const entries = Object.entries(result as object);
    if (entries.length > MAX_KEYS) return kind;
    const shapes = entries.flatMap(([key, value]) => {
      const kindOfValue = kindOf(value);
      return kindOfValue === undefined ? [] : `${key}:${kindOfValue}`;
    });
    return shapes.sort().join(' ');
  } catch {
    return undefined;
  }
}

/** Of the JSON that it becomes; undefined for what becomes none. */
function kindOf(value: unknown): string | undefined {
  if (value === null || (typeof value === 'number' && !Number.isFinite(value))) return 'null';
  if (typeof value === 'undefined' || typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object') return typeof value;
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return kindOf(Reflect.apply(toJSON, value, []));
  return Array.isArray(value) ? 'array' : 'object';
}
