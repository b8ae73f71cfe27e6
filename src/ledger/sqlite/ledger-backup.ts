import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { LedgerMissingError } from '../../runs/errors.js';
import { type LedgerBackup, LedgerCopyError } from '../ledger-copies.js';
import { LedgerMigrator } from '../sql/migrations/ledger-migrator.js';
import { copyDatabase } from './database-copy.js';
import { LedgerDatabase } from './ledger-database.js';
import type { LedgerFile } from './ledger-file.js';
import { openForReading } from './open-database.js';
import { flush } from './private-file.js';
import { ProcessLock } from './process-lock.js';
import { requireOwnLog } from './reader-session.js';
import { SQLITE_DIALECT } from './sqlite-dialect.js';
import { explained } from './sqlite-error.js';

/** Copies a ledger to a file, be it in use or not. The file appears when it is complete. */
export async function backUp(
  ledger: LedgerFile,
  file: string,
  { overwrite }: { readonly overwrite: boolean },
): Promise<LedgerBackup> {
  const target = resolve(file);
  requireFree(ledger, target, overwrite);
  const unfinished = `${target}.unfinished-${process.pid}`;
  const { bytes } = await copyTo(unfinished, ledger);
  try {
    renameSync(unfinished, target);
    flush(dirname(target));
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw new LedgerCopyError(`The backup cannot be put at ${target} (${(error as Error).message}).`, { cause: error });
  }
  return { ledger: ledger.path, file: target, bytes };
}

function requireFree(ledger: LedgerFile, target: string, overwrite: boolean): void {
  if (ledger.owns(target)) {
    throw new LedgerCopyError(`${target} is the ledger itself, or lies beside it under its name. Name another file.`);
  }
  if (!existsSync(dirname(target))) {
    throw new LedgerCopyError(`There is no folder ${dirname(target)} for the backup. Create it, or name another file.`);
  }
  if (existsSync(target) && !overwrite) {
    throw new LedgerCopyError(`${target} is there already. Name another file, or add --overwrite.`);
  }
}

async function copyTo(path: string, ledger: LedgerFile): Promise<{ readonly bytes: number }> {
  if (ledger.vacant) ledger.requireNeverUsed(ProcessLock.markOf(ledger.serviceLock) > 0);
  if (ledger.vacant) throw new LedgerMissingError(ledger.path);
  const unchanging = !ledger.hasWriteAheadLog;
  try {
    requireOwnLog(ledger);
    const copied = await copyOpened(openForReading(ledger.path, { unchanging }), ledger, path);
    if (!unchanging || !ledger.hasWriteAheadLog) return copied;
  } catch (error) {
    throw explained(ledger.path, error);
  }
  // A writer that came meanwhile may have changed the file under the copy.
  rmSync(path);
  return copyTo(path, ledger);
}

async function copyOpened(source: DatabaseSync, ledger: LedgerFile, path: string) {
  const database = new LedgerDatabase(source);
  try {
    // An older ledger is copied as it is: the backup before an upgrade.
    await new LedgerMigrator(database.db, SQLITE_DIALECT, ledger.path).isCurrent();
    return await copyDatabase(source, path);
  } finally {
    database.close();
  }
}
