import type { Actor } from '../runs/actor.js';
import type { RunClaim } from './run-ledger.js';

/** Slots from `since` on and before `ends` are recorded as skipped. */
export interface Pause {
  /** Null: all tasks. */
  readonly task: string | null;
  readonly since: Date;
  /** Null: until somebody resumes the task. */
  readonly ends: Date | null;
  readonly reason: string | null;
  readonly actor: Actor;
}

/** Whether the pause holds for the task at this instant. */
export function covers({ task, since, ends }: Pause, name: string, instant: Date): boolean {
  return (task ?? name) === name && since <= instant && (ends === null || instant < ends);
}

/**
 * The claim; or, for a slot of a pause, and while one holds, a claim that only records that. What
 * was missed before a pause stays missed, and what is asked for by hand runs.
 */
export function heedPauses(claim: RunClaim, pauses: readonly Pause[], now: Date): RunClaim {
  const { task, slot, record } = claim;
  if (isAskedFor(claim)) return claim;
  const instants = [...(slot ? [slot] : []), ...(record ? [] : [now])];
  const paused = pauses.some((pause) => instants.some((instant) => covers(pause, task, instant)));
  return paused ? { ...claim, record: { status: 'skipped', reason: 'paused' } } : claim;
}

/** By hand, and not by a schedule. */
function isAskedFor({ slot, trigger }: RunClaim): boolean {
  return slot === null && trigger !== 'start' && trigger !== 'catch_up';
}
