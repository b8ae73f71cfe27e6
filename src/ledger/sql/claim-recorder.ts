import { claimProblem } from '../claim-check.js';
import { heedPauses } from '../pause.js';
import type { ClaimAnswer, RunClaim } from '../run-ledger.js';
import { newRun, type Verdict } from './new-run.js';
import { pausesAfter, toPause } from './pauses.js';
import {
  deleteRuns,
  insertRun,
  insertRuns,
  knownTasks,
  newRuns,
  type RunRow,
  toExecution,
  toRun,
} from './run-queries.js';
import { resume } from './run-resumption.js';
import type { LedgerWriter } from './sql-store.js';
import { newestSlots, recordSlots } from './task-summary.js';
import { TaskStates } from './task-states.js';
import type { Transaction } from './transaction.js';

const START: Verdict = { status: 'running', reason: null };
const WAIT: Verdict = { status: 'queued', reason: null };
const WAIT_FOR_ROOM: Verdict = { ...WAIT, inTime: true };

/** A valid claim, its place among all, and the run that it may become. */
interface Candidate {
  readonly claim: RunClaim;
  readonly place: number;
  readonly run: RunRow;
}

/**
 * Records many claims with a few statements: a thousand tasks may be due in the same instant.
 * Another process may record its own at the same time: which runs came to be is what the insert
 * answers, and a claim that it refused is decided anew.
 */
export class ClaimRecorder {
  private readonly answers: ClaimAnswer[] = [];
  private started = 0;

  /** `maxStarts`: see `ClaimOptions`. */
  constructor(
    private readonly writer: LedgerWriter,
    private readonly now: number,
    private readonly maxStarts = Infinity,
  ) {}

  /** Nearly every claim finds its task idle: how tasks stand is looked up for the others only. */
  *record(claims: readonly RunClaim[]): Transaction<ClaimAnswer[]> {
    const [first, others] = firstOfEachTask(this.candidates(yield* this.heedingPauses(claims)), this.maxStarts);
    let open = [...(yield* this.insert(first)), ...others];
    while (open.length > 0) open = yield* this.recordByState(open);
    return this.answers;
  }

  /** The claims, those that a pause forbids as ones that only record it. */
  private *heedingPauses(claims: readonly RunClaim[]): Transaction<readonly RunClaim[]> {
    const after = claims.reduce((oldest, { slot }) => Math.min(oldest, slot?.getTime() || this.now), this.now);
    const pauses = yield* pausesAfter.rows({ after });
    if (pauses.length === 0) return claims;
    const held = pauses.map(toPause);
    return claims.map((claim) => heedPauses(claim, held, new Date(this.now)));
  }

  /** Each with the run that it becomes where its task is idle. */
  private candidates(claims: readonly RunClaim[]): Candidate[] {
    return claims.flatMap((claim, place) => {
      const problem = claimProblem(claim);
      this.answers[place] = problem && { rejected: problem };
      if (problem) return [];
      const id = this.writer.runIds.next(this.now);
      return { claim, place, run: this.runOf(claim, id, claim.record ?? START) };
    });
  }

  private *recordByState(candidates: readonly Candidate[]): Transaction<Candidate[]> {
    const states = yield* TaskStates.of(
      candidates.map(({ claim }) => claim),
      this.now,
    );
    if (states.premature.length > 0) yield* deleteRuns.execute({ ids: JSON.stringify(states.premature) });
    const decided: Candidate[] = [];
    for (const { claim, place, run } of yield* this.resumeOrphans(candidates, states)) {
      if (states.isTaken(claim)) continue;
      const candidate = { claim, place, run: this.runOf(claim, run.id, this.withinRoom(verdictOf(claim, states))) };
      states.add(candidate.run);
      decided.push(candidate);
    }
    return yield* this.insert(decided);
  }

  private withinRoom(verdict: Verdict): Verdict {
    return verdict.status === 'running' && this.started >= this.maxStarts ? WAIT_FOR_ROOM : verdict;
  }

  /**
   * Whoever starts a task by hand expects it to run: a run that a killed process left must not
   * stand in the way. Answers the candidates that resumed none.
   */
  private *resumeOrphans(candidates: readonly Candidate[], states: TaskStates): Transaction<readonly Candidate[]> {
    const byHand = candidates.filter(
      ({ claim: { task, slot, record, dryRun } }) => !slot && !record && !dryRun && states.activeRun(task),
    );
    if (byHand.length === 0) return candidates;
    yield* this.writer.members.forgetDead();
    const active = new Map(byHand.map(({ claim: { task } }) => [task, states.activeRun(task)!]));
    const living = yield* this.writer.members.living([...active.values()].flatMap(({ owner }) => owner ?? []));
    const orphans = [...active.values()].filter(({ owner }) => owner === null || !living.has(owner));
    for (const execution of yield* resume(orphans, this.writer, this.now)) {
      const first = byHand.find(({ claim }) => claim.task === execution.run.task)!;
      this.answers[first.place] = { run: execution.run, execution };
    }
    return candidates.filter(({ place }) => !this.answers[place]);
  }

  /** Answers those that were refused and may start all the same. */
  private *insert(candidates: Candidate[]): Transaction<Candidate[]> {
    if (candidates.length === 0) return [];
    // Processes with the same claims wait for one another in the same order.
    candidates.sort(byTask);
    const ours = yield* inserted(candidates.map(({ run }) => run));
    const recorded = candidates.filter(({ run }) => ours.has(run.id));
    this.started += recorded.filter(({ run }) => run.status === 'running').length;
    yield* this.answer(recorded);
    yield* this.offer(recorded.flatMap(({ run }) => (run.status === 'queued' ? run.id : [])));
    return candidates.filter(({ run }) => run.status === 'running' && !ours.has(run.id));
  }

  private *answer(recorded: readonly Candidate[]): Transaction<void> {
    const known = yield* knownTasks(recorded.flatMap(({ run }) => (run.status === 'running' ? run : [])));
    const slots = new Map<string, number | null>();
    for (const { place, run } of recorded) {
      const { task, slot } = run;
      const execution = run.status === 'running' ? toExecution(run, known.get(task)) : undefined;
      this.answers[place] = execution ? { run: execution.run, execution } : { run: toRun(run) };
      // A run that has started notes its slot with its end, for a task that is known.
      if (!execution || !known.has(task)) slots.set(task, newer(slot, slots.get(task)));
    }
    if (slots.size === 0) return;
    const rows = [...slots].map(([task, last_slot]) => ({ task, last_slot }));
    yield* recordSlots.execute({ slots: newestSlots.toJson(rows) });
  }

  private *offer(waiting: readonly string[]): Transaction<void> {
    if (waiting.length > 0 && this.writer.offer) yield* this.writer.offer(waiting);
  }

  private runOf(claim: RunClaim, id: string, verdict: Verdict): RunRow {
    return newRun(claim, id, verdict, this.writer, this.now);
  }
}

/** Depending on no other: what is only recorded, and the first of each task that may run here. */
function firstOfEachTask(
  candidates: readonly Candidate[],
  maxStarts: number,
): [first: Candidate[], others: Candidate[]] {
  const first: Candidate[] = [];
  const others: Candidate[] = [];
  const tasks = new Set<string>();
  for (const candidate of candidates) {
    const { task, record } = candidate.claim;
    (record || (!tasks.has(task) && tasks.size < maxStarts) ? first : others).push(candidate);
    if (!record) tasks.add(task);
  }
  return [first, others];
}

function verdictOf({ task, trigger, overlap, record }: RunClaim, states: TaskStates): Verdict {
  if (record) return record;
  if (!states.activeRun(task)) return START;
  const waits = trigger === 'catch_up' || (overlap === 'queue' && !(trigger === 'schedule' && states.isWaiting(task)));
  return waits ? WAIT : { status: 'skipped', reason: 'overlap' };
}

/** The ids of those runs that came to be. */
function* inserted(runs: readonly RunRow[]): Transaction<ReadonlySet<string>> {
  const [run] = runs;
  if (runs.length === 1 && run) return new Set((yield* insertRun.execute(run)) ? [run.id] : []);
  const rows = yield* insertRuns.rows({ runs: newRuns.toJson(runs) });
  return new Set(rows.map(({ id }) => id));
}

function byTask({ run: one }: Candidate, { run: other }: Candidate): number {
  if (one.task === other.task) return 0;
  return one.task < other.task ? -1 : 1;
}

function newer(slot: number | null, other: number | null | undefined): number | null {
  return slot === null ? (other ?? null) : Math.max(slot, other ?? slot);
}
