import { LedgerUnavailableError, RunLostError } from '../../../runs/errors.js';
import type { Run, RunOutcome } from '../../../runs/run.js';
import { covers, heedPauses } from '../../pause.js';
import { claimProblem } from '../../claim-check.js';
import {
  type Checkpoint,
  type ClaimAnswer,
  type ClaimedRun,
  type Execution,
  type RunClaim,
  RunLedger,
  type TakeOverChoice,
} from '../../run-ledger.js';
import { errorText, plainText, resultText } from '../../sql/recorded-text.js';
import type { MemoryItemLedger } from './memory-item-ledger.js';
import type { MemoryProcess } from './memory-process.js';
import { isActive, type StoredRun } from './memory-records.js';
import { isPremature, verdict } from './memory-verdict.js';

export class MemoryRunLedger extends RunLedger {
  constructor(
    private readonly process: MemoryProcess,
    private readonly items: MemoryItemLedger,
  ) {
    super();
  }

  async claim(claims: readonly RunClaim[]): Promise<readonly ClaimAnswer[]> {
    this.process.requireOpen();
    const { records } = this.process;
    records.mark++;
    return claims.map((claim) => this.claimOne(heedPauses(claim, records.pauses, this.process.now())));
  }

  async startNext(task: string): Promise<Execution | null> {
    const { records, id } = this.process.requireOpen();
    const next = records.runsOf(task).find(({ run }) => run.status === 'queued');
    if (!next || records.active(task)) return null;
    next.at ??= this.process.now();
    next.owner = id;
    next.attemptBeganAt = this.process.now();
    next.run = { ...next.run, status: 'running', startedAt: this.process.now(), worker: id };
    return records.execution(next);
  }

  async checkpoint(execution: Execution, checkpoint: Checkpoint): Promise<void> {
    const stored = this.held(execution);
    if (!stored) throw new RunLostError(execution.run.id);
    this.keep(stored, checkpoint);
    this.process.requireOpen().records.mark++;
  }

  async finish(
    execution: Execution,
    outcome: RunOutcome,
    checkpoint?: Checkpoint,
    followers: readonly string[] = [],
  ): Promise<Run> {
    const { records } = this.process.requireOpen();
    const known = records.runs.get(execution.run.id);
    if (!known) throw new LedgerUnavailableError(`The ledger has no run ${execution.run.id}`);
    records.mark++;
    if (known.run.finishedAt) return known.run;
    const stored = this.held(execution);
    if (!stored) throw new RunLostError(execution.run.id);
    if (checkpoint) this.keep(stored, checkpoint);
    stored.workedMs += Math.max(0, this.process.now().getTime() - stored.attemptBeganAt.getTime());
    stored.run = this.ended(stored.run, outcome, stored.workedMs);
    if (stored.run.finishedAt && !stored.run.dryRun) this.noteEnd(stored, stored.run.finishedAt, checkpoint);
    if (stored.run.status === 'succeeded' && !stored.run.dryRun)
      for (const task of followers) this.follow(stored, task);
    return stored.run;
  }

  async takeOver(choose: TakeOverChoice = (orphans) => orphans): Promise<readonly Execution[]> {
    const { records, id, role } = this.process.requireOpen();
    if (role !== 'service') return [];
    const orphans = [...records.runs.values()].filter(({ run, owner }) => isActive(run) && this.isLeft(run, owner, id));
    const listed = orphans.map(({ run, crashes }) => {
      return { id: run.id, task: run.task, crashes: run.status === 'running' ? crashes + 1 : 0 };
    });
    const chosen = new Set(choose(listed).map((orphan) => orphan.id));
    return orphans
      .filter(({ run }) => chosen.has(run.id))
      .map((orphan) => records.resume(orphan, id, this.process.now()));
  }

  /** Records the claims of `ScheduleLedger.adopt`, too. */
  claimOne(claim: RunClaim): ClaimAnswer {
    const { records, id } = this.process;
    const { task, slot, record } = claim;
    const rejected = claimProblem(claim);
    if (rejected) return { rejected };
    const runs = records.runsOf(task);
    const taken = slot && runs.find(({ run }) => run.slot?.getTime() === slot.getTime());
    if (taken && (record || !isPremature(taken.run, this.process.now()))) return null;
    if (taken) records.runs.delete(taken.run.id);
    const active = records.active(task);
    if (active && !slot && !record && !claim.dryRun && !this.isAlive(active.owner)) {
      const execution = records.resume(active, id, this.process.now());
      return { run: execution.run, execution };
    }
    return this.record(claim, record ?? verdict(claim, active, runs), {});
  }

  private record(
    { task, trigger, slot, at, ...claim }: RunClaim,
    { status, reason, result = null }: Pick<Run, 'status' | 'reason'> & { readonly result?: unknown },
    follows: { readonly at?: Date | null; readonly after?: string },
  ): ClaimedRun {
    const { records, id } = this.process;
    const now = this.process.now();
    const running = status === 'running';
    const run: Run = {
      ...{ id: records.ids.next(now.getTime()), task, trigger, slot, status, attempt: 1, queuedAt: now },
      reason: reason && plainText(reason),
      startedAt: running ? new Date(Math.max(now.getTime(), slot?.getTime() ?? 0)) : null,
      finishedAt: running || status === 'queued' ? null : now,
      durationMs: null,
      ...(claim.params && { params: claim.params }),
      ...(claim.dryRun && { dryRun: true }),
      ...(follows.after !== undefined && { after: follows.after }),
      actor: claim.actor ?? null,
      worker: running ? id : null,
      ...{ items: null, result, error: null },
    };
    const open = { pending: [], unconfirmed: [] };
    const stored = {
      run,
      at: follows.at ?? (running ? (at ?? now) : null),
      owner: running ? id : null,
      open,
      ...fresh(run, now),
    };
    records.runs.set(run.id, stored);
    const known = records.task(task);
    if (!running) known.lastSlot = Math.max(known.lastSlot, slot?.getTime() ?? 0);
    return running ? { run, execution: records.execution(stored) } : { run };
  }

  private follow({ run: { id }, at }: StoredRun, task: string): void {
    const { records } = this.process;
    const now = this.process.now();
    const isPaused = records.pauses.some((pause) => covers(pause, task, now));
    const isWaiting = records.runsOf(task).some(({ run }) => run.status === 'queued' && run.trigger === 'after');
    const record = { status: 'skipped', reason: isPaused ? 'paused' : 'overlap' } as const;
    const skipped = isPaused || isWaiting ? { record } : {};
    const claim = { task, trigger: 'after', slot: null, at: null, overlap: 'queue', ...skipped } as const;
    this.record(claim, skipped.record ?? { status: 'queued', reason: null }, { at, after: id });
  }

  private isLeft({ status }: Run, owner: string | null, id: string): boolean {
    return owner !== id && (status === 'interrupted' || !this.isAlive(owner));
  }

  private isAlive(owner: string | null): boolean {
    return owner !== null && this.process.records.living.has(owner);
  }

  private held({ run: { id, attempt } }: Execution): StoredRun | undefined {
    const { records, id: owner } = this.process.requireOpen();
    const stored = records.runs.get(id);
    const held = stored && isActive(stored.run) && stored.owner === owner && stored.run.attempt === attempt;
    return held ? stored : undefined;
  }

  private keep(stored: StoredRun, checkpoint: Checkpoint): void {
    const { items, pending, onTrial, unconfirmed, position, state } = checkpoint;
    stored.run = { ...stored.run, items: items ?? stored.run.items };
    stored.open = {
      ...{ pending, unconfirmed },
      ...(onTrial && { onTrial }),
      ...(position && { position }),
      ...(state !== undefined && { state }),
    };
    stored.crashes = 0;
    if (!stored.run.dryRun) this.items.update(stored.run, checkpoint);
  }

  private ended(run: Run, outcome: RunOutcome, durationMs: number): Run {
    const { status, reason = null, result, error } = outcome;
    const ended = { ...run, status, reason: reason && plainText(reason) };
    if (status === 'interrupted') return ended;
    const recorded = resultText(result);
    return {
      ...ended,
      finishedAt: this.process.now(),
      durationMs,
      result: recorded === null ? null : (JSON.parse(recorded) as unknown),
      error: error ? (JSON.parse(errorText(error)) as Run['error']) : null,
    };
  }

  private noteEnd({ run, at, only }: StoredRun, finishedAt: Date, checkpoint?: Checkpoint): void {
    const task = this.process.records.task(run.task);
    task.lastRun = run.id;
    task.lastSlot = Math.max(task.lastSlot, run.slot?.getTime() ?? 0);
    if (run.status === 'succeeded' || run.status === 'partial') task.lastSuccess = { at: at!, finishedAt };
    const moves = run.status === 'succeeded' && only === null && checkpoint?.state !== undefined;
    if (moves) task.state = JSON.stringify(checkpoint.state);
  }
}

function fresh(
  { startedAt }: Run,
  now: Date,
): Pick<StoredRun, 'crashes' | 'attemptBeganAt' | 'workedMs' | 'only' | 'cancelReason'> {
  return { crashes: 0, attemptBeganAt: startedAt ?? now, workedMs: 0, only: null, cancelReason: null };
}
