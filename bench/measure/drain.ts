import type { LoadProfile, LoadStatistics } from '../server/load-profile.ts';
import type { ServerProcess } from '../server/server-process.ts';
import { cpuTime, residentMemory } from './process-usage.ts';
import type { Program } from './program.ts';

/** What the worker's command line ends with when some items failed. */
const EXIT_PARTIAL = 3;

/** How a program got on with the pending orders, as the server and the kernel saw it. */
export interface Drain {
  /** From its first request to its last answer: what it needs to start does not count. */
  readonly ordersPerSecond: number;
  /** Microseconds, all threads, between the first request and the last order. */
  readonly cpuPerOrder: number;
  /** In MB: the highest since its start. */
  readonly peakMemory: number;
  /** Share of one core that the server was busy. */
  readonly serverLoad: number;
  readonly statistics: LoadStatistics;
}

/** Rejects when the program leaves orders behind: a peer that does less is no peer. */
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

/** A drain of a server that refuses requests: orders may fail for good, and be left behind. */
export async function drainPartly(
  server: ServerProcess,
  profile: LoadProfile,
  start: (url: string) => Program,
): Promise<LoadStatistics> {
  await server.load(profile);
  await start(server.url).ended(0, EXIT_PARTIAL);
  return server.statistics();
}

/** Orders processed in a second. */
export function rateOf({ processed, duration }: LoadStatistics): number {
  return (processed / duration) * 1_000;
}

function usage(program: Program, server: ServerProcess) {
  return { program: cpuTime(program.pid), server: cpuTime(server.pid), at: performance.now() };
}
