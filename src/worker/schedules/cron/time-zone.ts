import { DAY, SECOND } from '../../../time/duration.js';

/** Time during which the clocks of a zone run on without a jump. */
export interface Stretch {
  /** Inclusive. */
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** What to add to an instant to get what the clocks show, as if that were UTC. */
  readonly offset: number;
  /** The offset that was in force just before `start`. */
  readonly offsetBefore: number;
}

/** No zone changes its offset and changes it back within less: the shortest known, a suspension for Ramadan, is a month. */
const PROBE = 7 * DAY;

/**
 * The clocks of an IANA time zone, as the runtime's own data (ICU) know them. Offsets are learnt year by year, because
 * asking for one is slow.
 */
export class TimeZone {
  private static readonly known = new Map<string, TimeZone>();
  private readonly format: Intl.DateTimeFormat;
  private readonly years = new Map<number, readonly Stretch[]>();

  /** Throws a `RangeError` for a zone that does not exist. */
  static named(name: string): TimeZone {
    const zone = TimeZone.known.get(name) ?? new TimeZone(name);
    TimeZone.known.set(name, zone);
    return zone;
  }

  private constructor(readonly name: string) {
    this.format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  }

  /** The stretch that an instant lies in. A stretch also ends with the (UTC) year. */
  stretchAt(instant: number): Stretch {
    const year = new Date(instant).getUTCFullYear();
    const stretch = this.stretchesOf(year).find(({ end }) => instant < end);
    if (!stretch) throw new RangeError(`No clock shows ${instant} ms`);
    return stretch;
  }

  private stretchesOf(year: number): readonly Stretch[] {
    const known = this.years.get(year) ?? this.explore(year);
    this.years.set(year, known);
    return known;
  }

  private explore(year: number): readonly Stretch[] {
    const end = Date.UTC(year + 1, 0, 1);
    const stretches: Stretch[] = [];
    let start = Date.UTC(year, 0, 1);
    let offsetBefore = this.offsetAt(start - 1);
    while (start < end) {
      const offset = this.offsetAt(start);
      const change = this.nextChange(start, end, offset);
      stretches.push({ start, end: change, offset, offsetBefore });
      start = change;
      offsetBefore = offset;
    }
    return stretches;
  }

  /** The first second in (start, end) with another offset than at the start; the end when there is none. */
  private nextChange(start: number, end: number, offset: number): number {
    let same = start;
    while (same < end - SECOND) {
      const probe = Math.min(same + PROBE, end - SECOND);
      if (this.offsetAt(probe) !== offset) return this.bisect(same, probe, offset);
      same = probe;
    }
    return end;
  }

  private bisect(same: number, other: number, offset: number): number {
    let low = same;
    let high = other;
    while (high - low > SECOND) {
      const middle = Math.floor((low + high) / 2 / SECOND) * SECOND;
      if (this.offsetAt(middle) === offset) low = middle;
      else high = middle;
    }
    return high;
  }

  private offsetAt(instant: number): number {
    const parts = this.format.formatToParts(instant);
    const text = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours, minutes, seconds = '0'] = /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(text) ?? [];
    if (sign === undefined) return 0;
    const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * SECOND;
    return sign === '-' ? -size : size;
  }
}
