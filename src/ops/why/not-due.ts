import type { ScheduleInForce } from '../../ledger/slot-history.js';
import { HOUR } from '../../time/duration.js';
import { parseSchedule } from '../../worker/schedules/schedule.parser.js';
import type { Schedule } from '../../worker/schedules/schedule.js';
import { wallClock } from '../../worker/schedules/zones/wall-clock.js';
import { clockText } from './clock-text.js';

/** No two clocks on earth differ by more. */
const MAX_BETWEEN_ZONES_MS = 26 * HOUR;
const MAX_SLOTS_COMPARED = 2_000;

/** Why the task was not due at that instant, with what was probably meant. */
export function notDueSentence(
  task: string,
  at: Date,
  schedule: Schedule,
  known: readonly ScheduleInForce[],
  inForce: ScheduleInForce | null,
): string {
  const { timezone, description } = schedule;
  const when = clockText(at, timezone);
  const otherZone = meantInAnotherZone(at, schedule);
  if (otherZone) return `${task} was not due at ${when}: it is due ${description}. ${otherZone}`;
  const changed = meantOfAnotherSchedule(at, known, inForce);
  if (changed) return `${task} was not due at ${when}, when its schedule was ${schedule.text}: ${changed}`;
  return `${task} was not due at ${when}: it is due ${description}${neighbours(at, schedule)}.`;
}

function neighbours(at: Date, schedule: Schedule): string {
  const [before] = schedule.between(at.getTime() - 400 * 24 * HOUR, at.getTime(), 1).slots;
  const after = schedule.next(at.getTime());
  const texts = [before, after].flatMap((slot) =>
    slot === undefined || slot === null ? [] : clockText(new Date(slot), schedule.timezone),
  );
  return texts.length === 0 ? '' : `, here at ${texts.join(' and ')}`;
}

/** The time of day fits a slot, read in UTC or in the zone of this machine. */
function meantInAnotherZone(at: Date, schedule: Schedule): string | null {
  const from = at.getTime() - MAX_BETWEEN_ZONES_MS;
  const { slots } = schedule.between(from, at.getTime() + MAX_BETWEEN_ZONES_MS, MAX_SLOTS_COMPARED);
  const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const zone of new Set(['UTC', here])) {
    if (zone === schedule.timezone) continue;
    const meant = wallClock(at, zone);
    const slot = slots.find((slot) => {
      const { date, time } = wallClock(new Date(slot), schedule.timezone);
      return date === meant.date && time === meant.time;
    });
    if (slot === undefined) continue;
    const due = clockText(new Date(slot), schedule.timezone);
    return `You may mean ${due}, which is ${clockText(new Date(slot), 'UTC')}.`;
  }
  return null;
}

/** The schedule before or after this one is due then. */
function meantOfAnotherSchedule(
  at: Date,
  known: readonly ScheduleInForce[],
  inForce: ScheduleInForce | null,
): string | null {
  const place = inForce ? known.indexOf(inForce) : -1;
  const [before, after] = [known[place - 1], known[place + 1]];
  if (before && inForce && isDue(before, at)) {
    return `${before.schedule}, which is due then, was replaced at ${clockText(inForce.since, 'UTC')}.`;
  }
  if (after && isDue(after, at)) {
    return `${after.schedule}, which is due then, came into force at ${clockText(after.since, 'UTC')}.`;
  }
  return null;
}

function isDue({ schedule, timezone }: ScheduleInForce, at: Date): boolean {
  if (schedule === null || timezone === null) return false;
  try {
    return parseSchedule(schedule, timezone)?.next(at.getTime() - 1) === at.getTime();
  } catch {
    return false;
  }
}
