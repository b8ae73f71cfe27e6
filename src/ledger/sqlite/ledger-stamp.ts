import { randomInt } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { openForReading } from './open-database.js';
import { isBusy } from './sqlite-error.js';

/** Above what SQLite itself gives: 1 to a copy, and one more with each change of the schema. */
const MIN_STAMP = 2 ** 20;
const MAX_STAMP = 2 ** 31 - 1;

/**
 * Gives the file a number that no earlier state and no copy of it has, and moves all that the
 * write-ahead log holds into it. The number is SQLite's schema cookie, which only has to change;
 * SQLite's backup and VACUUM do not copy it. Undefined when another process is in the way.
 */
export function stamp(database: DatabaseSync): number | undefined {
  const chosen = randomInt(MIN_STAMP, MAX_STAMP);
  database.enableDefensive(false);
  try {
    database.exec(`pragma schema_version = ${chosen}`);
    const moved = database.prepare('pragma wal_checkpoint(truncate)').get();
    return moved?.['busy'] === 0 ? chosen : undefined;
  } catch (error) {
    if (isBusy(error)) return undefined;
    throw error;
  } finally {
    database.enableDefensive(true);
  }
}

/** That of the file itself, whatever a write-ahead log beside it holds. */
export function stampOf(path: string): number {
  const database = openForReading(path, { unchanging: true });
  try {
    return Number(database.prepare('pragma schema_version').get()?.['schema_version']);
  } finally {
    database.close();
  }
}
