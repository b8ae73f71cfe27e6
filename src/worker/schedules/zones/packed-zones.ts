import { MINUTE, SECOND } from '../../../time/duration.js';
import { OffsetTable } from './offset-table.js';

/** The data of `moment-timezone`, `data/packed/latest.json`. */
interface PackedData {
  /** `name|abbreviations|offsets|offset of each period|length of each period|population` */
  readonly zones: readonly string[];
  /** `name|other name` */
  readonly links: readonly string[];
}

/** All zones of a release of the database, until about the year 2500. Names in any case. */
export class PackedZones {
  readonly names: readonly string[];
  private readonly packed: ReadonlyMap<string, string>;

  static parse(json: string): PackedZones {
    return new PackedZones(JSON.parse(json) as PackedData);
  }

  private constructor({ zones, links }: PackedData) {
    const named = zones.map((zone) => [zone.slice(0, zone.indexOf('|')), zone] as const);
    const byName = new Map(named);
    const aliases = links.map((link) => {
      const [name = '', alias = ''] = link.split('|');
      return [alias, byName.get(name) ?? ''] as const;
    });
    const all = [...named, ...aliases];
    this.names = all.map(([name]) => name);
    this.packed = new Map(all.map(([name, zone]) => [name.toLowerCase(), zone]));
  }

  find(name: string): OffsetTable | undefined {
    const zone = this.packed.get(name.toLowerCase());
    return zone === undefined ? undefined : unpack(zone);
  }
}

function unpack(zone: string): OffsetTable {
  const [, , offsets = '', periods = '', lengths = ''] = zone.split('|');
  // West of UTC is positive here.
  const known = offsets.split(' ').map((text) => -toMilliseconds(text) || 0);
  const inOrder = [...periods].map((period) => known[base60Digit(period)] ?? 0);
  let at = 0;
  const changes = lengths.split(' ').slice(0, inOrder.length - 1);
  return new OffsetTable(
    inOrder[0] ?? 0,
    changes.map((length, index) => ({ at: (at += toMilliseconds(length)), offset: inOrder[index + 1] ?? 0 })),
  );
}

/** Minutes to the base of 60, a fraction for seconds: `-1qM0`, `6s.A`. */
function toMilliseconds(text: string): number {
  const [, sign, whole = '', fraction = '0'] = /^(-?)(\w*)(?:\.(\w))?/.exec(text) ?? [];
  const minutes = [...whole].reduce((sum, digit) => sum * 60 + base60Digit(digit), 0);
  return (sign === '-' ? -1 : 1) * (minutes * MINUTE + base60Digit(fraction) * SECOND);
}

/** `0` to `9`, `a` to `z`, `A` to `X`. */
function base60Digit(digit: string): number {
  return digit >= 'a' ? digit.charCodeAt(0) - 87 : digit >= 'A' ? digit.charCodeAt(0) - 29 : Number(digit);
}
