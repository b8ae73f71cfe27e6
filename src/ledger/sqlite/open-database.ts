import { DatabaseSync } from 'node:sqlite';
import { ledgerUnavailable } from '../sql/ledger-unavailable.js';
import { createPrivate } from './private-file.js';
import { SQLITE } from './sqlite-error.js';

/** How long a lock of another process may block the event loop. Whoever can waits longer aside. */
const MAX_BLOCKED_MS = 100;
const WRITE_AHEAD_LOG_KEPT_BYTES = 16 * 1024 * 1024;
/** After so many a commit moves the log into the file itself; before that it is done in a pause. */
const MAX_WRITE_AHEAD_LOG_PAGES = 8_000;

/** A database whose commits survive a power loss. Creates the file where there is none. */
export function openForWriting(path: string): DatabaseSync {
  createPrivate(path);
  return configured(new DatabaseSync(path, { timeout: MAX_BLOCKED_MS }), (database) => {
    const mode = database.prepare('pragma journal_mode = wal').get()?.['journal_mode'];
    if (mode !== 'wal') {
      throw ledgerUnavailable(path, {
        problem: 'lies on a file system that cannot hold it: it supports no write-ahead log',
        remedy: 'Use a local disk, not a network share',
      });
    }
    database.exec('pragma synchronous = full');
    database.exec(`pragma journal_size_limit = ${WRITE_AHEAD_LOG_KEPT_BYTES}`);
    database.exec(`pragma wal_autocheckpoint = ${MAX_WRITE_AHEAD_LOG_PAGES}`);
    // Sorting must not need a folder for temporary files: the root file system may be read-only.
    database.exec('pragma temp_store = memory');
  });
}

/** `unchanging`: there is no writer, so that neither locks nor files beside it are needed. */
export function openForReading(path: string, how: { unchanging: boolean }): DatabaseSync {
  const location = how.unchanging ? `file:${encodeURI(path).replace(/[?#]/g, encodeURIComponent)}?immutable=1` : path;
  return configured(new DatabaseSync(location, { readOnly: true, timeout: MAX_BLOCKED_MS }), (database) => {
    database.exec('pragma temp_store = memory');
  });
}

/** Reads the whole file once: damage is found at the start, not in the middle of a run. */
export function requireIntact(database: DatabaseSync): void {
  const [first] = database.prepare('pragma quick_check(1)').all();
  const finding = first?.['quick_check'];
  if (finding === 'ok') return;
  const message = String(finding).replace(/\s+/g, ' ');
  throw Object.assign(new Error(message), { errcode: SQLITE.CORRUPT });
}

function configured(database: DatabaseSync, configure: (database: DatabaseSync) => void): DatabaseSync {
  try {
    configure(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
