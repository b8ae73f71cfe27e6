import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** What is measured has a core of its own; the load server and the measuring share the other. */
export const CLIENT_CORE = 0;
export const SERVER_CORE = 1;

export const corePinning =
  availableParallelism() > 1 && spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0;

/** The command line that runs another on one core, where the system can do that (taskset(1)). */
export function onCore(core: number, command: readonly [string, ...string[]]): [string, ...string[]] {
  return corePinning ? ['taskset', '--cpu-list', String(core), ...command] : [...command];
}

/** Moves this process to the server's core. */
export function makeRoomForClient(): void {
  if (!corePinning) return;
  spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(SERVER_CORE), String(process.pid)]);
}
