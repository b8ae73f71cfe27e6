import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseTzif } from './tzif.js';
import type { ZoneOffsets } from './zone-offsets.js';
import { versionIn, type ZoneSource } from './zone-source.js';

const MAX_FILE_BYTES = 1_048_576;
/** In Debian's and the database's own builds, and in those of BSD and macOS. */
const VERSION_FILES = ['tzdata.zi', '+VERSION'];
/** Stays in the folder. `posix/` and `right/` are copies of all zones, the single words none. */
const ZONE_NAME = /^(?!posix\/|right\/|localtime$|posixrules$|Factory$)[A-Za-z][\w+-]*(\/[\w+-]+)*$/;

/** The compiled zones of the operating system, a file each. */
export class SystemZones implements ZoneSource {
  readonly source = 'system';

  /** Undefined where the folder does not say which release it is. */
  static open(folder: string): SystemZones | undefined {
    const [version] = VERSION_FILES.flatMap((file) => versionIn(join(folder, file)) ?? []);
    return version === undefined ? undefined : new SystemZones(folder, version);
  }

  private constructor(
    private readonly folder: string,
    readonly version: string,
  ) {}

  /** A file that cannot be read is as good as none: another source knows the zone. */
  find(name: string): ZoneOffsets | undefined {
    if (!ZONE_NAME.test(name)) return undefined;
    const file = join(this.folder, name);
    try {
      const stats = statSync(file);
      return stats.isFile() && stats.size <= MAX_FILE_BYTES ? parseTzif(readFileSync(file)) : undefined;
    } catch {
      return undefined;
    }
  }
}
