import { closeSync, fsyncSync, openSync } from 'node:fs';

export const PRIVATE_FILE_MODE = 0o600;
export const PRIVATE_FOLDER_MODE = 0o700;

/**
 * Makes an empty file that its owner alone may read, where there is none; SQLite gives the files
 * beside it the same mode. Left to SQLite every user could read it, and by a lock stop the service.
 */
export function createPrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', PRIVATE_FILE_MODE));
  } catch {
    // It is there, or SQLite says why it cannot be. It is not opened: closing would end a lock.
  }
}

/** After this a power loss takes back neither what a file holds nor which files a folder has. */
export function flush(path: string): void {
  const opened = openSync(path, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
