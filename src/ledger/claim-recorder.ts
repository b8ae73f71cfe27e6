import { Logger } from '@nestjs/common';
import type { Transaction } from 'kysely';
import type { ClaimedRun, RunClaim } from '../worker/run-ledger.js';
import type { RunStatus } from '../worker/run.js';
import type { LedgerSchema } from './ledger.schema.js';
import { insertActiveRun, insertRun, lastSuccess, recordSlots, selectRun, standingOfTasks } from './run-queries.js';
import { resume } from './run-resumption.js';
import { type RunRow, toExecution, toRun } from './run-rows.js';
import { SQLITE, sqliteCode } from './sqlite-error.js';
import type { WriterSession } from './writer-session.js';

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

const AT_ONCE: Decision = { status: 'running', reason: null };

/** Records many claims in one transaction: a thousand tasks may be due in the same instant. */
export class ClaimRecorder {
  private readonly logger = new Logger('Ledger');
  private readonly standings = new Map<string, Standing>();
  private readonly newestSlots = new Map<string, number | null>();

  constructor(
    private readonly transaction: Transaction<LedgerSchema>,
    private readonly writer: WriterSession,
    private readonly now: number,
  ) {}

  /** Nearly every claim finds its task idle: how the tasks stand is looked up when the first does not. */
  async record(claims: readonly RunClaim[]): Promise<(ClaimedRun | null)[]> {
    const claimed: (ClaimedRun | null)[] = [];
    for (const claim of claims) claimed.push(await this.recordApart(claim, claims));
    if (this.newestSlots.size > 0) {
      await recordSlots.execute(this.transaction, { slots: JSON.stringify([...this.newestSlots]) });
    }
    return claimed;
  }

  private async lookUpTasks(claims: readonly RunClaim[]): Promise<void> {
    const tasks = JSON.stringify([...new Set(claims.map(({ task }) => task))]);
    for (const row of await standingOfTasks.rows(this.transaction, { tasks })) {
      const active = row.active === null ? null : { id: row.active, owner: row.owner };
      this.standings.set(row.task, { active, waiting: row.waiting === 1, lastSuccess: row.last_success_at });
    }
  }

  /** A claim that the ledger cannot hold is nobody else's failure: it is reported, and recorded nowhere. */
  private async recordApart(claim: RunClaim, all: readonly RunClaim[]): Promise<ClaimedRun | null> {
    try {
      if (this.standings.size === 0) {
        const row = claim.record ? null : this.rowOf(claim, AT_ONCE);
        // It changes nothing when the task is active or the slot has its run.
        if (row && (await insertActiveRun.execute(this.transaction, row))) return await this.started(row);
        await this.lookUpTasks(all);
      }
      return await this.recordOne(claim);
    } catch (error) {
      if (!(error instanceof RangeError) && sqliteCode(error) !== SQLITE.CONSTRAINT) throw error;
      this.logger.error({ msg: 'A run could not be recorded and will not take place', task: claim.task, err: error });
      return null;
    }
  }

  private async started(row: RunRow): Promise<ClaimedRun> {
    const known = await lastSuccess.first(this.transaction, { task: row.task });
    if (!known) this.newestSlots.set(row.task, row.slot);
    return claimedRun(row, known?.last_success_at ?? null);
  }

  private async recordOne(claim: RunClaim): Promise<ClaimedRun | null> {
    const standing = this.standings.get(claim.task);
    if (!standing) throw new RangeError(`${JSON.stringify(claim.task)} is no name of a task`);
    if (!claim.slot && !claim.record) {
      const orphan = await this.orphanOf(standing);
      if (orphan) return this.resumeInstead(orphan, standing);
    }
    const row = this.rowOf(claim, decide(claim, standing));
    if (!(await insertRun.execute(this.transaction, row))) return null;
    this.newestSlots.set(row.task, newer(row.slot, this.newestSlots.get(row.task)));
    if (row.status === 'queued') standing.waiting ||= claim.trigger === 'schedule';
    if (row.status !== 'running') return { run: toRun(row) };
    standing.active = row;
    return claimedRun(row, standing.lastSuccess);
  }

  /** Whoever starts a task by hand expects it to run: a run that a killed process left must not stand in the way. */
  private async orphanOf({ active }: Standing): Promise<RunRow | undefined> {
    if (!active) return undefined;
    if (await this.writer.processes.isAlive(this.transaction, active.owner)) return undefined;
    return selectRun.first(this.transaction, { id: active.id });
  }

  private async resumeInstead(orphan: RunRow, standing: Standing): Promise<ClaimedRun> {
    const execution = await resume(this.transaction, orphan, this.writer.processId);
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
