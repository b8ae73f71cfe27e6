import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { PackedZones } from './packed-zones.js';
import type { ZoneOffsets } from './zone-offsets.js';
import { versionIn, type ZoneSource } from './zone-source.js';

const PACKAGE_FILE = 'moment-timezone/data/packed/latest.json';
/** The build lays a copy beside the program, in whose folder or the one below its modules lie. */
const COPIES = ['./zone-data.json', '../zone-data.json'];

/** The zones that come with this program: the data of a package, without its code. */
export class BundledZones implements ZoneSource {
  readonly source = 'bundled';
  private packed: PackedZones | undefined;

  /** Undefined where there is no such file. */
  static open(file = findFile()): BundledZones | undefined {
    const version = file === undefined ? undefined : versionIn(file);
    return file === undefined || version === undefined ? undefined : new BundledZones(file, version);
  }

  private constructor(
    private readonly file: string,
    readonly version: string,
  ) {}

  find(name: string): ZoneOffsets | undefined {
    return this.zones.find(name);
  }

  names(): readonly string[] {
    return this.zones.names;
  }

  private get zones(): PackedZones {
    return (this.packed ??= PackedZones.parse(readFileSync(this.file, 'utf8')));
  }
}

function findFile(): string | undefined {
  const copies = COPIES.map((copy) => fileURLToPath(new URL(copy, import.meta.url)));
  const copy = copies.find((file) => existsSync(file));
  if (copy !== undefined) return copy;
  try {
    return createRequire(import.meta.url).resolve(PACKAGE_FILE);
  } catch {
    return undefined;
  }
}
