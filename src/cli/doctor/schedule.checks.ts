import { DAY, formatDuration, HOUR, SECOND } from '../../time/duration.js';
import { shortDuration } from '../format/time.js';
import type { KnownTask } from '../../worker/registry/registered-task.js';
import { variablePrefix } from '../../worker/registry/task-resolver.js';
import type { Schedule } from '../../worker/schedules/schedule.js';
import { wallClock } from '../../worker/schedules/zones/wall-clock.js';
import { ZoneData } from '../../worker/schedules/zones/zone-data.js';
import { fine, type Finding, warning } from './finding.js';

type ScheduledTask = KnownTask & { readonly schedule: Schedule };

/** Tasks that begin at the same moment, from which on it is worth to spread them. */
const MIN_PILE = 5;
const MAX_SLOTS_LOOKED_AT = 2_000;
/** Fewer durations say nothing about the rest. */
const MIN_DURATIONS = 5;
const LOOK_AHEAD_MS = 400 * DAY;

export function isScheduled(task: KnownTask): task is ScheduledTask {
  return task.schedule !== null;
}

/** What may be wrong with one schedule. `durations`: of the last runs, in milliseconds. */
export function checkSchedule(task: ScheduledTask, durations: readonly number[], now: Date): Finding[] {
  const { name, schedule } = task;
  const variable = `${variablePrefix(name)}SCHEDULE`;
  const next = schedule.next(now.getTime());
  if (next === null) {
    return [warning(name, `${schedule.text} never comes again`, `Set ${variable}, or turn it \`off\``)];
  }
  return [...tooOften(task, durations, next, variable), ...clockChange(task, now, variable)];
}

/** Tasks that share an instant of the next day. `isSpread`: put off on purpose. */
export function checkPiles(tasks: readonly ScheduledTask[], isSpread: (name: string) => boolean, now: Date): Finding[] {
  const from = now.getTime();
  const names = new Map<number, string[]>();
  for (const { name, schedule } of tasks.filter(({ name }) => !isSpread(name))) {
    for (let slot = schedule.next(from), count = 0; slot !== null && slot <= from + DAY; slot = schedule.next(slot)) {
      names.set(slot, [...(names.get(slot) ?? []), name]);
      if (++count === MAX_SLOTS_LOOKED_AT) break;
    }
  }
  const [instant, pile] = [...names].reduce((worst, each) => (each[1].length > worst[1].length ? each : worst), [
    0,
    [],
  ] as [number, string[]]);
  if (pile.length < MIN_PILE) return [fine('schedules', 'do not pile up within a day')];
  const found = `${pile.length} tasks are due at ${new Date(instant).toISOString()}: ${pile.slice(0, 5).join(', ')}…`;
  return [warning('schedules', found, `Spread them: ${variablePrefix(pile[0] ?? '')}SPREAD=5m, and so on`)];
}

function tooOften(
  { name, schedule }: ScheduledTask,
  durations: readonly number[],
  next: number,
  variable: string,
): Finding[] {
  if (durations.length < MIN_DURATIONS) return [];
  const sorted = [...durations].sort((one, other) => one - other);
  const p95 = sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0;
  const { slots } = { slots: Array.from({ length: 5 }).reduce<number[]>(following(schedule), [next]) };
  const periods = slots.slice(1).map((slot, at) => slot - (slots[at] ?? 0));
  const period = Math.min(...periods);
  if (periods.length === 0 || p95 < period) return [];
  const found = `is due every ${formatDuration(period)}, and its runs take up to ${shortDuration(p95)} (p95 of ${sorted.length})`;
  const longer = formatDuration(Math.ceil((2 * p95) / SECOND) * SECOND);
  return [warning(name, found, `Slots are skipped: make the period longer (${variable}, such as every ${longer})`)];
}

function following(schedule: Schedule): (slots: number[]) => number[] {
  return (slots) => {
    const next = schedule.next(slots.at(-1) ?? 0);
    return next === null ? slots : [...slots, next];
  };
}

/** A slot that the clocks pass over, or show twice, on the days of a change. */
function clockChange({ name, schedule }: ScheduledTask, now: Date, variable: string): Finding[] {
  const { timezone } = schedule;
  if (timezone === 'UTC') return [];
  const zone = ZoneData.standard.zone(timezone);
  for (let at = now.getTime(); at < now.getTime() + LOOK_AHEAD_MS;) {
    const { start, end, offset, offsetBefore } = zone.stretchAt(at);
    const jump = offset - offsetBefore;
    if (start > now.getTime() && jump !== 0 && isConcerned(schedule, start, jump)) {
      const day = wallClock(new Date(start), timezone).date;
      const what = jump > 0 ? 'pass over' : 'show twice';
      const found = `${schedule.text} (${timezone}) falls into an hour that the clocks ${what} on ${day}`;
      const advice = `It runs once all the same, and its times shift: name another hour (${variable}), or UTC`;
      return [warning(name, found, advice)];
    }
    at = end;
  }
  return [];
}

/**
 * Whether it is due, a week before the change, at a time of day that the change takes away or
 * doubles. What is due each hour does not mind.
 */
function isConcerned(schedule: Schedule, change: number, jump: number): boolean {
  const before = change - 7 * DAY;
  const [from, until] = jump > 0 ? [before, before + jump] : [before + jump, before];
  const slot = schedule.next(from - 1);
  if (slot === null || slot >= until) return false;
  const after = schedule.next(until - 1);
  return after === null || after - slot > HOUR;
}
