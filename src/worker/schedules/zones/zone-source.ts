import { closeSync, openSync, readSync } from 'node:fs';
import type { ZoneOffsets } from './zone-offsets.js';

/** A release of the IANA time zone database, and who brought it. */
export interface ZoneDataVersion {
  /** `2026f` */
  readonly version: string;
  /** `icu`: Node.js; `system`: the operating system; `bundled`: this program. */
  readonly source: 'icu' | 'system' | 'bundled';
}

export interface ZoneSource extends ZoneDataVersion {
  /** Undefined for a zone that it does not know. */
  find(name: string): ZoneOffsets | undefined;
}

/** Enough of a file to say which release it is. */
const VERSION_BYTES = 256;

/** The release that the beginning of a file names; undefined: none, or there is no such file. */
export function versionIn(file: string): string | undefined {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(VERSION_BYTES);
      const text = bytes.toString('latin1', 0, readSync(descriptor, bytes));
      return /\b(\d{4}[a-z]{1,2})\b/.exec(text)?.[1];
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}
