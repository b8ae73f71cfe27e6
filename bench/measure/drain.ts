import type { LoadProfile, LoadStatistics } from '../server/load-profile.ts';
import type { ServerProcess } from '../server/server-process.ts';
import { cpuTime, residentMemory } from './process-usage.ts';
import type { Program } from './program.ts';

/** Exit code of the worker's command line when some items failed. */
const EXIT_PARTIAL = 3;

/** A drain as the server and the kernel measured it. */
export interface Drain {
  /** From the first request to the last answer; the start does not count. */
  readonly ordersPerSecond: number;
  /** Microseconds of CPU, all threads, from the first request to the last order. */
  readonly cpuPerOrder: number;
  /** Highest since the start, in MB. */
  readonly peakMemory: number;
  /** Share of one core that the server used. */
  readonly serverLoad: number;
  readonly statistics: LoadStatistics;
}

/** Rejects when orders are left over: a peer must do the whole work. */
export async function drain(
  server: ServerProcess,
  profile: LoadProfile,
  start: (url: string) => Program,
): Promise<Drain> {
  await server.load(profile);
  const begun = server.event('first request');
  const drained = server.event('drained');
  const program = start(server.url);
  await program.during(begun);
  const before = usage(program, server);
  await program.during(drained);
  const after = usage(program, server);
  const peakMemory = residentMemory(program.pid).peak;
  await program.ended(0);
  const statistics = await server.statistics();
  const { processed } = statistics;
  if (processed !== profile.orders) throw new Error(`Only ${processed} of ${profile.orders} orders were processed`);
  return {
    ordersPerSecond: rateOf(statistics),
    cpuPerOrder: ((after.program - before.program) / processed) * 1_000,
    peakMemory,
    serverLoad: (after.server - before.server) / (after.at - before.at),
    statistics,
  };
}

/** A drain of a server that refuses requests: orders may fail and be left over. */
export async function drainPartly(
  server: ServerProcess,
  profile: LoadProfile,
  start: (url: string) => Program,
): Promise<LoadStatistics> {
  await server.load(profile);
  await start(server.url).ended(0, EXIT_PARTIAL);
  return server.statistics();
}

/** Orders processed per second. */
export function rateOf({ processed, duration }: LoadStatistics): number {
  return (processed / duration) * 1_000;
}

function usage(program: Program, server: ServerProcess) {
  return { program: cpuTime(program.pid), server: cpuTime(server.pid), at: performance.now() };
}
