import { BundledZones } from './bundled-zones.js';
import { IcuZones } from './icu-zones.js';
import { SystemZones } from './system-zones.js';
import { TimeZone } from './time-zone.js';
import { UTC_OFFSETS, type ZoneOffsets } from './zone-offsets.js';
import type { ZoneDataVersion, ZoneSource } from './zone-source.js';

/** Where releases of the time zone database are looked for. */
export interface ZoneDataPlaces {
  readonly icuVersion?: string;
  readonly systemFolder?: string;
  readonly bundledFile?: string;
}

const SYSTEM_FOLDER = '/usr/share/zoneinfo';

/**
 * Time zones from the newest release at hand, since Node.js is often a release or two behind for
 * months. Reads nothing before a zone other than UTC is asked for, and nothing but versions where
 * Node.js has the newest.
 */
export class ZoneData {
  static readonly standard = new ZoneData();

  private readonly zones = new Map<string, TimeZone>();
  private sources: readonly ZoneSource[] | undefined;

  constructor(private readonly places: ZoneDataPlaces = {}) {}

  /** The release in use. */
  get version(): ZoneDataVersion {
    const [{ version, source }] = this.newestFirst() as [ZoneSource];
    return { version, source };
  }

  /** Throws a `RangeError` for a zone that does not exist. */
  zone(name: string): TimeZone {
    const known = this.zones.get(name);
    if (known) return known;
    const offsets = name === 'UTC' ? UTC_OFFSETS : this.find(name);
    if (!offsets) throw new RangeError(`${JSON.stringify(name)} is not a known time zone`);
    const zone = new TimeZone(name, offsets);
    this.zones.set(name, zone);
    return zone;
  }

  /** The names of all zones, for messages. */
  names(): readonly string[] {
    return BundledZones.open(this.places.bundledFile)?.names() ?? Intl.supportedValuesOf('timeZone');
  }

  /** An older release stands in for zones that a newer lacks, as Debian's may. */
  private find(name: string): ZoneOffsets | undefined {
    for (const source of this.newestFirst()) {
      const offsets = source.find(name);
      if (offsets) return offsets;
    }
    return undefined;
  }

  /** Down to that of Node.js, which knows every zone and, among equals, comes first. */
  private newestFirst(): readonly ZoneSource[] {
    return (this.sources ??= this.findSources());
  }

  private findSources(): ZoneSource[] {
    const { icuVersion = process.versions.tz ?? '', systemFolder = SYSTEM_FOLDER, bundledFile } = this.places;
    const others = [SystemZones.open(systemFolder), BundledZones.open(bundledFile)];
    const newer = others.filter((source) => source !== undefined && source.version > icuVersion);
    return [...newer.sort(byVersion), new IcuZones(icuVersion)] as ZoneSource[];
  }
}

function byVersion(a: ZoneSource | undefined, b: ZoneSource | undefined): number {
  return a === undefined || b === undefined || a.version === b.version ? 0 : a.version < b.version ? 1 : -1;
}

/** The release of the time zone database that schedules follow, for people. */
export function zoneDataVersion(): ZoneDataVersion {
  return ZoneData.standard.version;
}
