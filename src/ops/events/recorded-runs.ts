import type { RunHistory } from '../../ledger/run-history.js';
import type { Run } from '../../runs/run.js';

/** More than these are not told one by one. */
const MAX_RUNS_READ = 200;

/**
 * The runs that are active, or were recorded or ended since then, in the order of their recording,
 * whichever process executes them. Undefined: too many.
 */
export async function runsChangedSince(history: RunHistory, since: Date): Promise<readonly Run[] | undefined> {
  const recorded = await history.list({ since, limit: MAX_RUNS_READ });
  if (recorded.length === MAX_RUNS_READ) return undefined;
  const changed = new Map(recorded.map((run) => [run.id, run]));
  for (const { lastRun } of (await history.overview()).values()) {
    if (lastRun && (lastRun.finishedAt === null || lastRun.finishedAt >= since)) changed.set(lastRun.id, lastRun);
  }
  return [...changed.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}
