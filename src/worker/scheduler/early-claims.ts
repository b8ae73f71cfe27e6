import type { TaskEngine } from '../task-engine.js';
import type { ArmedTask } from './armed-task.js';

const EARLY_CLAIM_MIN_TASKS = 100;
const EARLY_CLAIM_LEAD_MS = 50;

/** What is to be claimed now. */
export interface DueClaims {
  readonly tasks: readonly ArmedTask[];
  /** The instant up to which their slots are claimed: now, or the slot that is claimed early. */
  readonly until: number;
}

/**
 * When at least 100 tasks share a slot, they are claimed 50 ms early, to begin at it: a thousand
 * claims take 10 ms. A task that is active then is claimed at its slot: whether the two runs
 * overlap is only known when that comes.
 */
export class EarlyClaims {
  constructor(private readonly engine: TaskEngine) {}

  /** The tasks that are due when the clock shows `now`, those that are claimed early included. */
  due(armed: readonly ArmedTask[], now: number): DueClaims {
    const { at, isShared } = nextSlot(armed);
    const until = isShared && at - EARLY_CLAIM_LEAD_MS <= now ? Math.max(at, now) : now;
    const isDue = ({ dueAt, task }: ArmedTask) => dueAt <= now || (dueAt <= until && !this.engine.isActive(task.name));
    return { tasks: armed.filter(isDue), until };
  }

  /** When to look again, in epoch milliseconds; `Infinity` when nothing comes due any more. */
  nextLook(armed: readonly ArmedTask[], now: number): number {
    const { at, isShared } = nextSlot(armed);
    const early = at - EARLY_CLAIM_LEAD_MS;
    return isShared && early > now ? early : at;
  }
}

function nextSlot(armed: readonly ArmedTask[]): { readonly at: number; readonly isShared: boolean } {
  let at = Infinity;
  let tasks = 0;
  for (const { dueAt } of armed) {
    if (dueAt > at) continue;
    tasks = dueAt < at ? 1 : tasks + 1;
    at = dueAt;
  }
  return { at, isShared: tasks >= EARLY_CLAIM_MIN_TASKS };
}
