import { DAY, SECOND } from '../../../time/duration.js';
import type { OffsetChange, ZoneOffsets } from './zone-offsets.js';
import type { ZoneSource } from './zone-source.js';

/** No zone changes its offset and back within less: the shortest known takes 7 d less an hour. */
const PROBE_MS = 6 * DAY;

/** The data that Node.js has built in. */
export class IcuZones implements ZoneSource {
  readonly source = 'icu';

  constructor(readonly version: string) {}

  find(name: string): ZoneOffsets | undefined {
    try {
      return new IcuOffsets(name);
    } catch {
      return undefined;
    }
  }
}

/** What the runtime's own data (ICU) know, found out by asking what its clocks show. */
class IcuOffsets implements ZoneOffsets {
  private readonly format: Intl.DateTimeFormat;

  /** Throws a `RangeError` for a zone that the runtime does not know. */
  constructor(name: string) {
    this.format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  }

  offsetAt(instant: number): number {
    const parts = this.format.formatToParts(instant);
    const text = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours, minutes, seconds = '0'] = /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(text) ?? [];
    if (sign === undefined) return 0;
    const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * SECOND;
    return sign === '-' ? -size : size;
  }

  changesBetween(start: number, end: number): OffsetChange[] {
    const changes: OffsetChange[] = [];
    let same = start;
    let offset = this.offsetAt(start);
    while (same < end - SECOND) {
      const probe = Math.min(same + PROBE_MS, end - SECOND);
      if (this.offsetAt(probe) === offset) {
        same = probe;
        continue;
      }
      same = this.bisect(same, probe, offset);
      offset = this.offsetAt(same);
      changes.push({ at: same, offset });
    }
    return changes;
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
}
