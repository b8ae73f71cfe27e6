import { wallClock } from '../../worker/schedules/zones/wall-clock.js';
import { DAY, HOUR, MINUTE, SECOND } from '../../time/duration.js';

/** A duration to be grasped at a glance: `85ms`, `4.2s`, `3m 05s`, `1h 02m`, `2d 03h`. */
export function shortDuration(milliseconds: number): string {
  const duration = Math.max(0, Math.round(milliseconds));
  if (duration < SECOND) return `${duration}ms`;
  // 59.95 s and more would be rounded to a sixtieth second.
  if (duration < MINUTE - 50) return `${(duration / SECOND).toFixed(1)}s`;
  if (duration < HOUR - 500) return pair(duration, MINUTE, 'm', SECOND, 's');
  if (duration < DAY - 30 * SECOND) return pair(duration, HOUR, 'h', MINUTE, 'm');
  return pair(duration, DAY, 'd', HOUR, 'h');
}

/** How far an instant is from now, for people: `now`, `just now`, `2 min ago`, `in 3 h`. */
export function relativeTime(instant: Date, now: Date): string {
  const difference = instant.getTime() - now.getTime();
  const distance = Math.abs(difference);
  if (distance < SECOND) return difference > 0 ? 'now' : 'just now';
  const text = roughly(distance);
  return difference < 0 ? `${text} ago` : `in ${text}`;
}

/** Date, time and zone, as a clock in that zone shows it: `2026-11-23 13:30:00 CET`. */
export function wallTime(instant: Date, timeZone = 'UTC'): string {
  const { date, time, offset } = wallClock(instant, timeZone);
  return `${date} ${time} ${nameOfOffset(instant, timeZone, offset)}`;
}

/** `CET`, where the runtime knows the zone and agrees about its clocks; else the offset. */
function nameOfOffset(instant: Date, timeZone: string, offset: string): string {
  const nameIn = (timeZoneName: 'short' | 'shortOffset') =>
    new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName })
      .formatToParts(instant)
      .find(({ type }) => type === 'timeZoneName')?.value;
  try {
    return nameIn('shortOffset') === offset ? (nameIn('short') ?? offset) : offset;
  } catch {
    return offset;
  }
}

function pair(duration: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const smalls = Math.round(duration / small);
  const perLarge = large / small;
  return `${Math.floor(smalls / perLarge)}${largeUnit} ${String(smalls % perLarge).padStart(2, '0')}${smallUnit}`;
}

function roughly(distance: number): string {
  if (distance < MINUTE) return `${Math.floor(distance / SECOND)} s`;
  if (distance < HOUR) return `${Math.floor(distance / MINUTE)} min`;
  if (distance < 2 * DAY) return `${Math.floor(distance / HOUR)} h`;
  return `${Math.floor(distance / DAY)} days`;
}
