import type { RunHistory } from '../worker/run-history.js';
import type { Run } from '../worker/run.js';

/** The groups of a UUID. Version 7 begins with its time: 8 digits stand for 65 s, 12 for a millisecond. */
const LENGTHS = [8, 13, 18];

/**
 * For each run the shortest beginning of its id, in whole groups, that stands for this run alone. The ledger is asked:
 * runs that are not in the list count too.
 */
export async function shortIds(runs: readonly Run[], history: RunHistory): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const { id } of runs) ids.set(id, await shortId(id, history));
  return ids;
}

async function shortId(id: string, history: RunHistory): Promise<string> {
  for (const length of LENGTHS) {
    const beginning = id.slice(0, length);
    try {
      const run = await history.find(beginning);
      if (run?.id === id) return beginning;
    } catch {
      // Ambiguous: one more group.
    }
  }
  return id;
}
