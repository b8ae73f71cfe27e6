import { execFileSync } from 'node:child_process';
import type { WorkerProcess } from './worker-process.ts';

/**
 * Limits the size of the files that a process writes, while it runs (prlimit(1), Linux): beyond it
 * every write fails, as on a full disk. `unlimited` gives the room back.
 */
export function limitFileSize({ pid }: WorkerProcess, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);
}
