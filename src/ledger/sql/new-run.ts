import { randomUUID } from 'node:crypto';
import type { RunStatus } from '../../runs/run.js';
import type { MissedSlots } from '../../runs/run-reasons.js';
import type { RunClaim } from '../run-ledger.js';
import { plainText } from './recorded-text.js';
import type { RunRow } from './run-queries.js';

const LAST_SEQUENCE = 0xfff;

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
  { processId, name }: { readonly processId: string; readonly name: string },
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

/**
 * Ids of runs: UUIDs of version 7 (RFC 9562 §5.7) whose order is the order of their making, also
 * within one millisecond (the 12 bits after the version count, §6.2 method 1) and when the clock is
 * set back.
 */
export class RunIds {
  private milliseconds = 0;
  private sequence = 0;

  /** Makes every id from now on sort after this one. */
  startAfter(id: string): void {
    const milliseconds = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
    const sequence = Number.parseInt(id.slice(15, 18), 16);
    if (!(milliseconds >= this.milliseconds)) return;
    this.milliseconds = milliseconds;
    this.sequence = sequence;
  }

  next(now: number): string {
    if (now > this.milliseconds || this.sequence === LAST_SEQUENCE) {
      this.milliseconds = Math.max(now, this.milliseconds + 1);
      this.sequence = 0;
    } else {
      this.sequence++;
    }
    const time = hexadecimal(this.milliseconds, 12);
    // From the variant on, a random UUID of version 4 has the same form.
    const random = randomUUID().slice('xxxxxxxx-xxxx-4xxx-'.length);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hexadecimal(this.sequence, 3)}-${random}`;
  }
}

function hexadecimal(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}
