import { type LedgerProblem, ledgerUnavailable } from '../sql/ledger-unavailable.js';

/** Primary result codes of SQLite (sqlite.org/rescode.html). */
export const SQLITE = {
  PERM: 3,
  BUSY: 5,
  LOCKED: 6,
  READONLY: 8,
  IOERR: 10,
  CORRUPT: 11,
  FULL: 13,
  CANTOPEN: 14,
  AUTH: 23,
  NOTADB: 26,
} as const;

const NO_ACCESS: LedgerProblem = {
  problem: 'cannot be written',
  remedy: "Give the worker's user write access to the file and its folder; the worker goes on by itself",
};

const LOCKED: LedgerProblem = {
  problem: 'is locked by another program',
  remedy: 'Close what holds it, such as a database browser or a backup; the worker goes on by itself',
};

const PROBLEMS: Readonly<Record<number, LedgerProblem>> = {
  [SQLITE.PERM]: NO_ACCESS,
  [SQLITE.AUTH]: NO_ACCESS,
  [SQLITE.READONLY]: NO_ACCESS,
  [SQLITE.BUSY]: LOCKED,
  [SQLITE.LOCKED]: LOCKED,
  [SQLITE.FULL]: {
    problem: 'has no room: the disk is full',
    remedy: 'Free some space; the worker goes on by itself',
  },
  [SQLITE.IOERR]: {
    problem: 'could not be read or written',
    remedy: 'Check the disk, its free space and the limit of file sizes; the worker goes on by itself',
  },
  [SQLITE.CORRUPT]: {
    problem: 'is corrupt',
    remedy: 'Restore it from a backup, or move it aside together with the files beside it to begin an empty one',
  },
  [SQLITE.NOTADB]: {
    problem: 'is not a SQLite database',
    remedy: 'Point DATABASE_URL at the right file, or restore it from a backup',
  },
  [SQLITE.CANTOPEN]: {
    problem: 'cannot be opened',
    remedy: "Check that its folder exists and that the worker's user may read and write there",
  },
};

/** The primary result code of an error of `node:sqlite`; undefined for any other error. */
function sqliteCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === SQLITE.BUSY || code === SQLITE.LOCKED;
}

/** Whether what was read is at fault, not where it was written. */
export function isDamaged(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === SQLITE.CORRUPT || code === SQLITE.NOTADB;
}

/** An error of SQLite in words for who has to mend it; any other error as it is. */
export function explained(file: string, error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return error;
  const problem = PROBLEMS[code] ?? { problem: 'failed', remedy: 'Check the file and its disk' };
  return ledgerUnavailable(file, problem, error as Error);
}
