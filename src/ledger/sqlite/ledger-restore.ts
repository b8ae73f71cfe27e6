import { existsSync, readdirSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { LedgerUnavailableError } from '../../runs/errors.js';
import { LedgerCopyError, type LedgerRestoration } from '../ledger-copies.js';
import { ledgerUnavailable } from '../sql/ledger-unavailable.js';
import { LedgerMigrator } from '../sql/migrations/ledger-migrator.js';
import { copyDatabase } from './database-copy.js';
import { LedgerDatabase } from './ledger-database.js';
import { type LedgerFile, USED } from './ledger-file.js';
import { openForReading } from './open-database.js';
import { flush } from './private-file.js';
import { ProcessLock } from './process-lock.js';
import { SQLITE_DIALECT } from './sqlite-dialect.js';
import { explained } from './sqlite-error.js';

const MAX_LOCK_WAIT_MS = 1_000;

/**
 * Puts a backup in the place of the ledger. Killed at any point it leaves the ledger as it was, or
 * as it will be, or a start that refuses because the file is missing: never a mixture.
 */
export async function restore(ledger: LedgerFile, file: string, now: Date): Promise<LedgerRestoration> {
  const source = resolve(file);
  if (!statSync(source, { throwIfNoEntry: false })?.isFile()) {
    throw new LedgerCopyError(`There is no backup at ${source}. Name a file that \`worker backup\` has written.`);
  }
  if (ledger.owns(realpathSync(source))) {
    throw new LedgerCopyError(`${source} is the ledger itself, or lies beside it under its name. Name a backup.`);
  }
  ledger.requireFolder();
  ledger.requireFile();
  ledger.requireOneName();
  const lock = new ProcessLock(ledger.serviceLock);
  if (!(await lock.acquire(MAX_LOCK_WAIT_MS))) throw inUse(ledger, 'a service');
  try {
    requireNoCommands(ledger);
    const prepared = `${ledger.path}.restoring`;
    rmSync(prepared, { force: true });
    const runs = await prepare(source, prepared);
    // The new file has no stamp yet; a start finds nothing amiss, nor anything to begin anew.
    lock.leaveMark(USED);
    const replaced = putAside(ledger, now);
    renameSync(prepared, ledger.path);
    flush(dirname(ledger.path));
    return { ledger: ledger.path, file: source, runs, replaced };
  } finally {
    lock.release();
  }
}

function requireNoCommands(ledger: LedgerFile): void {
  const locks = readdirSync(dirname(ledger.path)).filter((name) => ledger.isCommandLock(name));
  if (locks.some((name) => ProcessLock.isHeld(join(dirname(ledger.path), name)))) throw inUse(ledger, 'a command');
}

function inUse(ledger: LedgerFile, user: string): LedgerUnavailableError {
  return ledgerUnavailable(ledger.path, {
    problem: `is in use by ${user}`,
    remedy: 'Stop it first, and restore then; nothing has changed',
  });
}

/** Copies and checks the backup before anything of the ledger is touched. Answers its runs. */
async function prepare(source: string, path: string): Promise<number> {
  let database: LedgerDatabase | undefined;
  try {
    const opened = openForReading(source, { unchanging: !existsSync(`${source}-wal`) });
    database = new LedgerDatabase(opened);
    await new LedgerMigrator(database.db, SQLITE_DIALECT, source).isCurrent();
    const runs = countRuns(opened, source);
    await copyDatabase(opened, path);
    return runs;
  } catch (error) {
    const cause = explained(source, error);
    if (!(cause instanceof LedgerUnavailableError)) throw cause;
    throw new LedgerCopyError(`${cause.message.replace(/^The ledger/, 'The backup')} The ledger is as it was.`, {
      cause,
    });
  } finally {
    database?.close();
  }
}

function countRuns(database: DatabaseSync, source: string): number {
  const [table] = database.prepare("select name from sqlite_schema where type = 'table' and name = 'runs'").all();
  if (!table) throw new LedgerCopyError(`${source} is not a backup of a ledger: it has no runs. Name another file.`);
  return Number(database.prepare('select count(*) as runs from runs').get()?.['runs']);
}

/** The file and its log keep names that fit together, so that they can be opened as they were. */
function putAside(ledger: LedgerFile, now: Date): string | null {
  if (!existsSync(ledger.path) && !ledger.hasWriteAheadLog) return null;
  const aside = `${ledger.path}.before-${now.toISOString().replace(/[-:]/g, '').replace(/\..*/, 'Z')}`;
  for (const path of [ledger.path, ledger.writeAheadLog, ledger.logIndex]) {
    const ending = basename(path).slice(basename(ledger.path).length);
    if (existsSync(path)) renameSync(path, `${aside}${ending}`);
  }
  flush(dirname(ledger.path));
  return aside;
}
