import { setTimeout as sleep } from 'node:timers/promises';
import { answering, freePort } from './answering.ts';
import { cpuTime, residentMemory } from './process-usage.ts';
import type { Program } from './program.ts';
import { median } from './statistics.ts';

export const SETTLING_MS = 5_000;

/** What a program takes while nothing happens. */
export interface Idling {
  /** In MB, at the end of that time. */
  readonly memory: number;
  /** Milliseconds of CPU in a second, all threads. */
  readonly cpu: number;
}

/** From half of `SETTLING_MS` on, for so many milliseconds, its CPU is counted. */
export async function idling(
  path: string,
  launch: (port: number) => Program,
  countedMs = SETTLING_MS / 2,
): Promise<Idling> {
  const port = await freePort();
  const program = launch(port);
  await program.during(answering(`http://127.0.0.1:${port}${path}`));
  await program.during(sleep(SETTLING_MS / 2));
  const before = cpuTime(program.pid);
  await program.during(sleep(countedMs));
  const cpu = ((cpuTime(program.pid) - before) / countedMs) * 1_000;
  const memory = residentMemory(program.pid).now;
  await program.stop();
  return { memory, cpu };
}

export function middle(measured: readonly Idling[]): Idling {
  return { memory: median(measured.map(({ memory }) => memory)), cpu: median(measured.map(({ cpu }) => cpu)) };
}
