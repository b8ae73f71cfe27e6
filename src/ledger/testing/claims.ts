import { DAY } from '../../time/duration.js';
import type { RetentionPolicy } from '../run-history.js';
import type { Checkpoint, ClaimedRun, Execution, ItemFailure, RunClaim, RunLedger } from '../run-ledger.js';

export const NOON = '2026-11-23T12:00:00.000Z';
export const ONE = '2026-11-23T13:00:00.000Z';
export const TWO = '2026-11-23T14:00:00.000Z';

export const KEEP_ALL: RetentionPolicy = { maxAge: 100_000 * DAY, maxRunsPerTask: 1_000_000 };

export function slotClaim(task: string, slot: string | Date, more: Partial<RunClaim> = {}): RunClaim {
  const instant = new Date(slot);
  return { task, trigger: 'schedule', slot: instant, at: instant, overlap: 'skip', ...more };
}

export function manualClaim(task: string, more: Partial<RunClaim> = {}): RunClaim {
  return { task, trigger: 'manual', slot: null, at: null, overlap: 'skip', ...more };
}

export function missedClaim(task: string, slot: string | Date, reason: string | null = null): RunClaim {
  return slotClaim(task, slot, { record: { status: 'missed', reason } });
}

export function aCheckpoint(changes: Partial<Checkpoint> = {}): Checkpoint {
  return { items: null, pending: [], unconfirmed: [], failures: [], recovered: [], ...changes };
}

export function aFailure(id: string, changes: Partial<ItemFailure> = {}): ItemFailure {
  return { id, error: { name: 'E', message: `${id} failed`, code: 'HTTP_422' }, attempts: 1, ...changes };
}

/** Null: the slot had its run. */
export async function claimOne(runs: RunLedger, claim: RunClaim): Promise<ClaimedRun | null> {
  const [answer] = await runs.claim([claim]);
  if (answer && 'rejected' in answer) throw answer.rejected;
  return answer ?? null;
}

export async function start(runs: RunLedger, claim: RunClaim): Promise<Execution> {
  const claimed = await claimOne(runs, claim);
  if (!claimed?.execution) throw new Error(`Not started: ${claimed?.run.status}`);
  return claimed.execution;
}
