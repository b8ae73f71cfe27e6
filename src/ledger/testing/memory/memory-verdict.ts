import type { Run } from '../../../runs/run.js';
import type { RunClaim } from '../../run-ledger.js';
import type { StoredRun } from './memory-records.js';

/** Recorded by a clock that was ahead. */
export function isPremature({ status, queuedAt }: Run, now: Date): boolean {
  return queuedAt > now && (status === 'missed' || status === 'skipped');
}

/** What comes of a claim beside the runs of its task. */
export function verdict(
  { trigger, overlap }: RunClaim,
  active: StoredRun | undefined,
  runs: readonly StoredRun[],
): Pick<Run, 'status' | 'reason'> {
  if (!active) return { status: 'running', reason: null };
  const waiting = runs.some(({ run }) => run.status === 'queued' && run.trigger === 'schedule');
  const mayWait = trigger === 'catch_up' || (overlap === 'queue' && !(trigger === 'schedule' && waiting));
  return mayWait ? { status: 'queued', reason: null } : { status: 'skipped', reason: 'overlap' };
}
