import { parseArgs } from 'node:util';
import type { Benchmark, Laboratory } from './benchmark.ts';
import { bulkCall } from './bulk-call.bench.ts';
import { cursorList } from './cursor-list.bench.ts';
import { drainFastServer } from './drain-fast-server.bench.ts';
import { drainSlowServer } from './drain-slow-server.bench.ts';
import { emptyRun } from './empty-run.bench.ts';
import { idle } from './idle.bench.ts';
import { lists } from './lists.bench.ts';
import { limitedRate } from './limited-rate.bench.ts';
import { makeRoomForClient } from './measure/cores.ts';
import { memory } from './memory.bench.ts';
import { onPostgres } from './on-postgres.bench.ts';
import { operating } from './operating.bench.ts';
import { overloadedServer } from './overloaded-server.bench.ts';
import { printFindings } from './report/printed.ts';
import { type Measured, writeReadme } from './report/readme.ts';
import { ServerProcess } from './server/server-process.ts';
import { sharedBatch } from './shared-batch.bench.ts';
import { start } from './start.bench.ts';
import { telemetry } from './telemetry.bench.ts';
import { thousandTasks } from './thousand-tasks.bench.ts';
import { throughput } from './throughput.bench.ts';

/** In the order of the report. */
const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  'drain-fast-server': drainFastServer,
  throughput,
  'drain-slow-server': drainSlowServer,
  'overloaded-server': overloadedServer,
  'limited-rate': limitedRate,
  'cursor-list': cursorList,
  'bulk-call': bulkCall,
  'shared-batch': sharedBatch,
  'on-postgres': onPostgres,
  memory,
  'empty-run': emptyRun,
  'thousand-tasks': thousandTasks,
  start,
  idle,
  lists,
  operating,
  telemetry,
};

const { values: options, positionals: chosen } = parseArgs({
  allowPositionals: true,
  options: { full: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
});
const names = chosen.length > 0 ? chosen : Object.keys(BENCHMARKS);
const unknown = names.filter((name) => !(name in BENCHMARKS));
if (unknown.length > 0) {
  console.error(`Usage: node bench/main.ts [--full] [--write] [${Object.keys(BENCHMARKS).join(' | ')} …]`);
  process.exit(64);
}

makeRoomForClient();
const server = await ServerProcess.start();
const measured = await measureAll(names, { server, full: options.full });
server.stop();
const titles = Object.values(BENCHMARKS).map(({ title }) => title);
if (options.write) await writeReadme(measured, options.full, titles);

async function measureAll(names: readonly string[], laboratory: Laboratory): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const name of names) {
    const benchmark = BENCHMARKS[name];
    if (!benchmark) continue;
    const startedAt = performance.now();
    const findings = await benchmark.measure(laboratory);
    const seconds = (performance.now() - startedAt) / 1_000;
    printFindings(benchmark.title, findings, seconds);
    measured.push({ title: benchmark.title, findings, seconds });
  }
  return measured;
}
