import type { RunStatus } from '../../runs/run.js';
import type { MissedSlots } from '../../runs/run-reasons.js';
import type { RunClaim } from '../run-ledger.js';
import { plainText } from './recorded-text.js';
import type { RunRow } from './run-queries.js';
import type { LedgerWriter } from './sql-store.js';

/** What comes of a claim. */
export interface Verdict {
  readonly status: RunStatus;
  readonly reason: string | null;
  readonly result?: MissedSlots;
  /** It waits for room alone, and keeps the reference instant that it was claimed with. */
  readonly inTime?: true;
}

/** A run as it is first recorded. */
export function newRun(
  claim: RunClaim,
  id: string,
  { status, reason, result, inTime }: Verdict,
  { processId, name }: Pick<LedgerWriter, 'processId' | 'name'>,
  now: number,
): RunRow {
  const running = status === 'running';
  const slot = claim.slot && claim.slot.getTime();
  return {
    id,
    task: claim.task,
    trigger: claim.trigger,
    slot,
    status,
    reason: reason && plainText(reason),
    attempt: 1,
    crashes: 0,
    // A run that waits for its task is late: its reference instant is the moment it starts.
    at: running || inTime ? (claim.at?.getTime() ?? now) : null,
    owner: running ? processId : null,
    queued_at: now,
    // A slot that is claimed ahead of time begins at its time.
    started_at: running ? Math.max(now, slot ?? 0) : null,
    finished_at: running || status === 'queued' ? null : now,
    items: null,
    open_items: null,
    result: result ? JSON.stringify(result) : null,
    error: null,
    params: claim.params ? JSON.stringify(claim.params) : null,
    dry_run: claim.dryRun ? 1 : 0,
    actor: claim.actor ? JSON.stringify(claim.actor) : null,
    worker: running ? name : null,
    only_items: null,
    cancel_request: null,
    resumed_at: null,
    worked_ms: null,
    after_run: null,
    retry_of: null,
    retried_attempt: null,
  };
}
