import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { backup, type DatabaseSync } from 'node:sqlite';
import { LedgerCopyError } from '../ledger-copies.js';
import { openForReading, requireIntact } from './open-database.js';
import { flush, PRIVATE_FILE_MODE } from './private-file.js';
import { isDamaged } from './sqlite-error.js';

/** In one step: in several, each commit of a service that works meanwhile begins the copy anew. */
const ALL_PAGES = 2 ** 31 - 1;

/** Makes a complete, intact and durable copy in a file that is not there yet, or no file at all. */
export async function copyDatabase(source: DatabaseSync, path: string): Promise<{ readonly bytes: number }> {
  try {
    closeSync(openSync(path, 'wx', PRIVATE_FILE_MODE));
    await backup(source, path, { rate: ALL_PAGES });
    requireIntactFile(path);
    flush(path);
    return { bytes: statSync(path).size };
  } catch (error) {
    rmSync(path, { force: true });
    if (isDamaged(error)) throw error;
    const { message } = error as Error;
    throw new LedgerCopyError(`The copy cannot be written to ${path} (${message}). Check that folder and its disk.`, {
      cause: error,
    });
  }
}

function requireIntactFile(path: string): void {
  const copy = openForReading(path, { unchanging: true });
  try {
    requireIntact(copy);
  } finally {
    copy.close();
  }
}
