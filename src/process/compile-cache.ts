import { lstatSync, mkdirSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { programFolder } from '../config/program-folder.js';

const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;
const OF_OTHERS = 0o077;

/**
 * Keeps the compiled form of every module for the next start: a fifth off the time to ready. It
 * lies beside `dist`, or in the user's cache folder, or nowhere: who could write there could have
 * the worker execute anything. `NODE_COMPILE_CACHE` is Node's own, and wins.
 */
export function cacheCompiledCode(): void {
  const folder = [join(programFolder(), '.cache'), userCacheFolder()].find((path) => path !== null && isOurs(path));
  if (folder) module.enableCompileCache(folder);
}

function userCacheFolder(): string | null {
  try {
    return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'task-worker');
  } catch {
    // A user of a container may have no entry in passwd, and so no home.
    return null;
  }
}

/** Makes the folder if need be. Whether only this user, and root, can change what it holds. */
export function isOurs(folder: string): boolean {
  const user = process.getuid?.();
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = lstatSync(folder);
    return uid === user && (mode & OF_OTHERS) === 0 && isSafe(folder, user);
  } catch {
    return false;
  }
}

/** Whether others can neither write to the folder nor put another one in its place. */
function isSafe(folder: string, user: number): boolean {
  const status = lstatSync(folder);
  const ownerIsTrusted = status.uid === user || status.uid === 0;
  const closed = (status.mode & WRITABLE_BY_OTHERS) === 0 || (status.mode & STICKY) !== 0;
  if (!status.isDirectory() || !ownerIsTrusted || !closed) return false;
  return folder === dirname(folder) || isSafe(dirname(folder), user);
}
