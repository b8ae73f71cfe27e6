import { DAY } from '../../time/duration.js';
import type { CatchUp } from '../../config/settings.js';
import type { RegisteredTask } from '../registry/registered-task.js';
import type { RunClaim } from '../../ledger/run-ledger.js';
import type { MissedReason, MissedSlots } from '../../runs/run-reasons.js';
import type { Schedule } from '../schedules/schedule.js';

/** Slots further back are not caught up by `all`, unless there is no newer one. */
const CATCH_UP_WINDOW_MS = DAY;

/** Slots of a standstill that are claimed one by one; one more record stands for all older ones. */
const MAX_SLOTS_CLAIMED = 100;

/** The slots of a task in (after, until], which were not looked at when they were due. */
export interface Standstill {
  readonly task: RegisteredTask;
  readonly schedule: Schedule;
  readonly after: number;
  readonly until: number;
  /** Why they were not. */
  readonly reason: MissedReason;
}

/** Runs what the task's policy says and records the rest, oldest first. */
export function catchUp(standstill: Standstill): RunClaim[] {
  return claim(standstill, firstToRun);
}

/** Runs nothing. */
export function recordMissed(standstill: Standstill): RunClaim[] {
  return claim(standstill, (_policy, slots) => slots.length);
}

type FirstToRun = (policy: CatchUp, slots: readonly number[], until: number) => number;

function claim(standstill: Standstill, first: FirstToRun): RunClaim[] {
  const { task, schedule, after, until, reason } = standstill;
  const { slots, omitted } = schedule.between(after, until, MAX_SLOTS_CLAIMED);
  const firstRun = first(task.catchUp, slots, until);
  // The runs of `all` wait for one another: with `skip`, only one of them would be left.
  const overlap = task.catchUp === 'all' ? 'queue' : task.overlap;
  // What `all` would run is missed for the bound alone.
  const why = firstRun < slots.length && task.catchUp === 'all' ? 'catch_up_bound' : reason;
  const claims = slots.map((slot, index) =>
    index < firstRun ? missed(task, slot, { reason: why }) : caughtUp(task, slot, overlap),
  );
  return [...summarize(standstill, slots[0], omitted, why), ...claims];
}

/** The index of the first slot to run. `all` runs the newest at any age, as `latest` does. */
function firstToRun(policy: CatchUp, slots: readonly number[], until: number): number {
  if (policy === 'skip') return slots.length;
  if (policy === 'latest') return slots.length - 1;
  const index = slots.findIndex((slot) => slot > until - CATCH_UP_WINDOW_MS);
  return index === -1 ? slots.length - 1 : index;
}

/** One record, at the newest of them, for the slots before those that are claimed one by one. */
function summarize(
  { task, schedule, after }: Standstill,
  oldestClaimed: number | undefined,
  count: number,
  reason: MissedReason,
): RunClaim[] {
  if (count === 0 || oldestClaimed === undefined) return [];
  const oldest = schedule.next(after);
  const [newest] = schedule.between(after, oldestClaimed - 1, 1).slots;
  if (oldest === null || newest === undefined) return [];
  return [missed(task, newest, { reason, result: { slots: count, from: iso(oldest), to: iso(newest) } })];
}

/** A run for a slot that was missed: its reference instant is the moment when it starts. */
function caughtUp({ name }: RegisteredTask, slot: number, overlap: RunClaim['overlap']): RunClaim {
  return { task: name, trigger: 'catch_up', slot: new Date(slot), at: null, overlap };
}

/** No run: the slot is only recorded. */
type Missed = { readonly reason: MissedReason; readonly result?: MissedSlots };

function missed({ name, overlap }: RegisteredTask, slot: number, why: Missed): RunClaim {
  const record = { status: 'missed', ...why } as const;
  return { task: name, trigger: 'schedule', slot: new Date(slot), at: null, overlap, record };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
