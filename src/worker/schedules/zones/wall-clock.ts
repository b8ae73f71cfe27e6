import { HOUR, MINUTE } from '../../../time/duration.js';
import { ZoneData } from './zone-data.js';

/** What a clock on the wall shows. */
export interface WallClock {
  /** `2026-11-28` */
  readonly date: string;
  /** `03:00:00` */
  readonly time: string;
  /** How far the clock is from UTC: `GMT-5`, `GMT+5:45`, `GMT+0`. */
  readonly offset: string;
}

/** Reads the clock of a zone as its schedules do: `Intl` knows an older release of the zones. */
export function wallClock(instant: Date, timezone: string): WallClock {
  const { offset } = ZoneData.standard.zone(timezone).stretchAt(instant.getTime());
  const [date = '', time = ''] = new Date(instant.getTime() + offset).toISOString().split(/[T.]/);
  return { date, time, offset: `GMT${signed(offset)}` };
}

function signed(offset: number): string {
  const minutes = Math.floor((Math.abs(offset) % HOUR) / MINUTE);
  const hours = `${offset < 0 ? '-' : '+'}${Math.floor(Math.abs(offset) / HOUR)}`;
  return minutes === 0 ? hours : `${hours}:${String(minutes).padStart(2, '0')}`;
}
