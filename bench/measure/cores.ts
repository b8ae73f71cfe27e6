import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The measured program has a core of its own; load server and measurement share the other. */
export const CLIENT_CORE = '0';
export const SERVER_CORE = '1';
export const BOTH_CORES = '0,1';

export const corePinning =
  availableParallelism() > 1 && spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0;

/** A command line that runs another on the given cores, if the system supports it (taskset(1)). */
export function onCores(cores: string, command: readonly [string, ...string[]]): [string, ...string[]] {
  return corePinning ? ['taskset', '--cpu-list', cores, ...command] : [...command];
}

/** Moves this process to the server's core. */
export function makeRoomForClient(): void {
  if (!corePinning) return;
  spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', SERVER_CORE, String(process.pid)]);
}
