import type { RegisteredTask } from '../registry/registered-task.js';
import type { RunClaim } from '../../ledger/run-ledger.js';

type Overlap = RunClaim['overlap'];

/** A run for a slot that is noticed in time: the slot is its reference instant. */
export function onTime({ name }: RegisteredTask, slot: number, overlap: Overlap): RunClaim {
  const instant = new Date(slot);
  return { task: name, trigger: 'schedule', slot: instant, at: instant, overlap };
}

/** A run for a slot that was missed: its reference instant is the moment when it starts. */
export function caughtUp({ name }: RegisteredTask, slot: number, overlap: Overlap): RunClaim {
  return { task: name, trigger: 'catch_up', slot: new Date(slot), at: null, overlap };
}

/** No run: the slot is only recorded. */
export function missed({ name, overlap }: RegisteredTask, slot: number, reason: string): RunClaim {
  const record = { status: 'missed', reason } as const;
  return { task: name, trigger: 'schedule', slot: new Date(slot), at: null, overlap, record };
}

/** A run beside the schedule. */
export function unscheduled({ name, overlap }: RegisteredTask): RunClaim {
  return { task: name, trigger: 'manual', slot: null, at: null, overlap };
}
