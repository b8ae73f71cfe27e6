import { LedgerUnavailableError } from '../../runs/errors.js';
import { SQLITE, sqliteCode } from './sqlite-error.js';

interface Problem {
  /** What is wrong, as the rest of a sentence that begins with the ledger's file. */
  readonly problem: string;
  readonly remedy: string;
}

const NO_ACCESS: Problem = {
  problem: 'cannot be written',
  remedy: "Give the worker's user write access to the file and its folder; the worker goes on by itself",
};

const LOCKED: Problem = {
  problem: 'is locked by another program',
  remedy: 'Close what holds it, such as a database browser or a backup; the worker goes on by itself',
};

const PROBLEMS = new Map<number, Problem>([
  [SQLITE.PERM, NO_ACCESS],
  [SQLITE.AUTH, NO_ACCESS],
  [SQLITE.READONLY, NO_ACCESS],
  [SQLITE.BUSY, LOCKED],
  [SQLITE.LOCKED, LOCKED],
  [SQLITE.FULL, { problem: 'has no room: the disk is full', remedy: 'Free some space; the worker goes on by itself' }],
  [
    SQLITE.IOERR,
    {
      problem: 'could not be read or written',
      remedy: 'Check the disk, its free space and the limit of file sizes; the worker goes on by itself',
    },
  ],
  [
    SQLITE.CORRUPT,
    {
      problem: 'is corrupt',
      remedy: 'Restore it from a backup, or move it aside together with the files beside it to begin an empty one',
    },
  ],
  [
    SQLITE.NOTADB,
    {
      problem: 'is not a SQLite database',
      remedy: 'Let DATABASE_URL name the right file, or restore it from a backup',
    },
  ],
  [
    SQLITE.CANTOPEN,
    {
      problem: 'cannot be opened',
      remedy: "Check that its folder exists and that the worker's user may read and write there",
    },
  ],
]);

export function ledgerUnavailable(file: string, { problem, remedy }: Problem, cause?: Error): LedgerUnavailableError {
  const detail = cause ? ` (${cause.message})` : '';
  return new LedgerUnavailableError(`The ledger ${file} ${problem}${detail}. ${remedy}.`, { cause });
}

/** An error of SQLite in words for whoever has to mend it; any other error as it is. */
export function explained(file: string, error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return error;
  const problem = PROBLEMS.get(code) ?? { problem: 'failed', remedy: 'Check the file and its disk' };
  return ledgerUnavailable(file, problem, error as Error);
}
