import { Logger } from '@nestjs/common';
import type { ClaimedRun, RunClaim } from '../run-ledger.js';
import type { RunStatus } from '../../runs/run.js';
import { insertActiveRun, insertRun, lastSuccess, recordSlots, selectRun, standingOfTasks } from './run-queries.js';
import { resume } from './run-resumption.js';
import { type RunRow, toExecution, toRun } from './run-rows.js';
import { SQLITE, sqliteCode } from '../sqlite/sqlite-error.js';
import type { Steps } from './steps.js';
import type { WriterSession } from '../sqlite/writer-session.js';

/** How a task stands while the claims of one transaction are recorded. */
interface Standing {
  active: { readonly id: string; readonly owner: string | null } | null;
  /** A run of trigger `schedule` waits for its turn. */
  waiting: boolean;
  readonly lastSuccess: number | null;
}

interface Decision {
  readonly status: RunStatus;
  readonly reason: string | null;
}

const logger = new Logger('Ledger');
const AT_ONCE: Decision = { status: 'running', reason: null };

/** Records many claims in one transaction: a thousand tasks may be due in the same instant. */
export class ClaimRecorder {
  private readonly standings = new Map<string, Standing>();
  private readonly newestSlots = new Map<string, number | null>();

  constructor(
    private readonly writer: WriterSession,
    private readonly now: number,
  ) {}

  /** Nearly every claim finds its task idle: how the tasks stand is looked up when the first does not. */
  *record(claims: readonly RunClaim[]): Steps<(ClaimedRun | null)[]> {
    const claimed: (ClaimedRun | null)[] = [];
    for (const claim of claims) claimed.push(yield* this.recordApart(claim, claims));
    if (this.newestSlots.size > 0) {
      yield* recordSlots.execute({ slots: JSON.stringify([...this.newestSlots]) });
    }
    return claimed;
  }

  private *lookUpTasks(claims: readonly RunClaim[]): Steps<void> {
    const tasks = JSON.stringify([...new Set(claims.map(({ task }) => task))]);
    for (const row of yield* standingOfTasks.rows({ tasks })) {
      const active = row.active === null ? null : { id: row.active, owner: row.owner };
      this.standings.set(row.task, { active, waiting: row.waiting === 1, lastSuccess: row.last_success_at });
    }
  }

  /** A claim that the ledger cannot hold is nobody else's failure: it is reported, and recorded nowhere. */
  private *recordApart(claim: RunClaim, all: readonly RunClaim[]): Steps<ClaimedRun | null> {
    try {
      if (this.standings.size === 0) {
        const row = claim.record ? null : this.rowOf(claim, AT_ONCE);
        // It changes nothing when the task is active or the slot has its run.
        if (row && (yield* insertActiveRun.execute(row))) return yield* this.started(row);
        yield* this.lookUpTasks(all);
      }
      return yield* this.recordOne(claim);
    } catch (error) {
      if (!(error instanceof RangeError) && sqliteCode(error) !== SQLITE.CONSTRAINT) throw error;
      logger.error({ msg: 'A run could not be recorded and will not take place', task: claim.task, err: error });
      return null;
    }
  }

  private *started(row: RunRow): Steps<ClaimedRun> {
    const known = yield* lastSuccess.first({ task: row.task });
    if (!known) this.newestSlots.set(row.task, row.slot);
    return claimedRun(row, known?.last_success_at ?? null);
  }

  private *recordOne(claim: RunClaim): Steps<ClaimedRun | null> {
    const standing = this.standings.get(claim.task);
    if (!standing) throw new RangeError(`${JSON.stringify(claim.task)} is no name of a task`);
    if (!claim.slot && !claim.record) {
      const orphan = yield* this.orphanOf(standing);
      if (orphan) return yield* this.resumeInstead(orphan, standing);
    }
    const row = this.rowOf(claim, decide(claim, standing));
    if (!(yield* insertRun.execute(row))) return null;
    this.newestSlots.set(row.task, newer(row.slot, this.newestSlots.get(row.task)));
    if (row.status === 'queued') standing.waiting ||= claim.trigger === 'schedule';
    if (row.status !== 'running') return { run: toRun(row) };
    standing.active = row;
    return claimedRun(row, standing.lastSuccess);
  }

  /** Whoever starts a task by hand expects it to run: a run that a killed process left must not stand in the way. */
  private *orphanOf({ active }: Standing): Steps<RunRow | undefined> {
    if (!active) return undefined;
    if (yield* this.writer.processes.isAlive(active.owner)) return undefined;
    return yield* selectRun.first({ id: active.id });
  }

  private *resumeInstead(orphan: RunRow, standing: Standing): Steps<ClaimedRun> {
    const execution = yield* resume(orphan, this.writer.processId);
    standing.active = { id: orphan.id, owner: this.writer.processId };
    return { run: execution.run, execution };
  }

  private rowOf(claim: RunClaim, { status, reason }: Decision): RunRow {
    const running = status === 'running';
    const at = instant(claim.at);
    const slot = instant(claim.slot);
    return {
      id: this.writer.runIds.next(this.now),
      task: claim.task,
      trigger: claim.trigger,
      slot,
      status,
      reason,
      attempt: 1,
      // A run that waits is late: its reference instant is the moment it starts.
      at: running ? (at ?? this.now) : null,
      owner: running ? this.writer.processId : null,
      queued_at: this.now,
      // A slot that is claimed ahead of time begins at its time.
      started_at: running ? Math.max(this.now, slot ?? 0) : null,
      finished_at: running || status === 'queued' ? null : this.now,
      items: null,
      open_items: null,
      result: null,
      error: null,
    };
  }
}

function claimedRun(row: RunRow, lastSuccess: number | null): ClaimedRun {
  const execution = toExecution(row, lastSuccess);
  return { run: execution.run, execution };
}

function decide(claim: RunClaim, { active, waiting }: Standing): Decision {
  if (claim.record) return claim.record;
  if (!active) return AT_ONCE;
  const mayWait =
    claim.trigger === 'catch_up' || (claim.overlap === 'queue' && !(claim.trigger === 'schedule' && waiting));
  return mayWait ? { status: 'queued', reason: null } : { status: 'skipped', reason: 'overlap' };
}

function newer(slot: number | null, other: number | null | undefined): number | null {
  return slot === null ? (other ?? null) : Math.max(slot, other ?? slot);
}

/** Null is a claim without a slot: an invalid date must not become one. */
function instant(date: Date | null): number | null {
  if (date === null) return null;
  if (Number.isNaN(date.getTime())) throw new RangeError('The instant of the claim is an invalid date');
  return date.getTime();
}
