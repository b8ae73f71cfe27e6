import { wallClock } from '../../worker/schedules/zones/wall-clock.js';

/** As a clock of that zone shows it: `2026-11-23 03:00:00 Europe/Berlin`. */
export function clockText(instant: Date, timezone: string): string {
  const { date, time } = wallClock(instant, timezone);
  return `${date} ${time} ${timezone}`;
}
