import { sql } from 'kysely';
import type { RunClaim } from '../run-ledger.js';
import { PreparedQuery, type Transaction } from './transaction.js';
import { isActive, isQueued, type RunRow } from './run-queries.js';
import { listed } from './sql-dialect.js';

/** The runs of these tasks that are active or waiting, or have one of these slots. */
const runsInTheWay = new PreparedQuery<{ tasks: string; slots: string }, RunRow>((db, value, dialect) => {
  const runs = db
    .selectFrom('runs')
    .selectAll()
    .where('task', 'in', listed(dialect, value('tasks')));
  const slots = sql<number>`(select cast(value as bigint) from ${dialect.scalars(value('slots'))})`;
  return runs
    .where(isActive)
    .union(runs.where(isQueued))
    .union(runs.where('slot', 'in', slots));
});

/** How the tasks of some claims stand, while runs are decided on for one claim after the other. */
export class TaskStates {
  private readonly active = new Map<string, RunRow>();
  private readonly waiting = new Set<string>();
  private readonly takenSlots = new Set<string>();
  /** Recorded for slots without a run by a clock that was ahead: the slots are still to come. */
  readonly premature: string[] = [];

  static *of(claims: readonly RunClaim[], now: number): Transaction<TaskStates> {
    const tasks = [...new Set(claims.map(({ task }) => task))];
    const slots = [...new Set(claims.flatMap(({ slot }) => slot?.getTime() ?? []))];
    const states = new TaskStates();
    const runs = yield* runsInTheWay.rows({ tasks: JSON.stringify(tasks), slots: JSON.stringify(slots) });
    for (const run of runs) {
      if (isPremature(run, now)) states.premature.push(run.id);
      else states.add(run);
    }
    return states;
  }

  add(run: RunRow): void {
    const { task, slot, status, trigger } = run;
    if (status === 'running' || status === 'interrupted') this.active.set(task, run);
    if (status === 'queued' && trigger === 'schedule') this.waiting.add(task);
    if (slot !== null) this.takenSlots.add(keyOf(task, slot));
  }

  activeRun(task: string): RunRow | undefined {
    return this.active.get(task);
  }

  /** A run of trigger `schedule` waits for its turn. */
  isWaiting(task: string): boolean {
    return this.waiting.has(task);
  }

  /** The slot of the claim has its run. */
  isTaken({ task, slot }: RunClaim): boolean {
    return slot !== null && this.takenSlots.has(keyOf(task, slot.getTime()));
  }
}

/** A record is never older than the slot: one from the future tells of a clock that was wrong. */
function isPremature({ status, queued_at }: RunRow, now: number): boolean {
  return queued_at > now && (status === 'missed' || status === 'skipped');
}

function keyOf(task: string, slot: number): string {
  return `${slot} ${task}`;
}
