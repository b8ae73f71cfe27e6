import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Scrape as Metrics } from '../../src/telemetry/metrics/scrape.ts';
import { REPORT } from '../measure/program.ts';
import { fromWorker } from './built-worker.ts';
import { emptyTasks } from './empty-tasks.ts';
import { startWorker } from './worker-application.ts';

export interface ScrapeReport {
  /** Bytes of the text, plain and compressed. */
  readonly bytes: number;
  readonly gzipped: number;
  /** Milliseconds of CPU in which nothing else could happen, at the most. */
  readonly blocked: number;
  /** Milliseconds from begin to end. */
  readonly took: number;
}

/** Scrapes the built worker with as many empty tasks, each of which has run: `COUNT`. */
const count = Number(process.argv[2]);
const { Scrape } = await fromWorker<{ Scrape: typeof Metrics }>('telemetry/metrics/scrape.js');

/** The CPU time of this thread in the longest turn of the event loop, in milliseconds. */
class LongestTurn {
  private longest = 0;
  private before = cpuOfThread();
  private pending = setImmediate(() => this.turn());

  end(): number {
    clearImmediate(this.pending);
    this.turn();
    clearImmediate(this.pending);
    return this.longest;
  }

  private turn(): void {
    const now = cpuOfThread();
    this.longest = Math.max(this.longest, now - this.before);
    this.before = now;
    this.pending = setImmediate(() => this.turn());
  }
}

function cpuOfThread(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

const names = Array.from({ length: count }, (_, index) => `a_task_with_a_name_of_some_length_${index}`);
const worker = await startWorker({ tasks: emptyTasks(names, 86_400_000) });
for (const name of names) await worker.run(name);
const scrape = worker.get(Scrape);
// The first compiles the code, and begins to watch the process.
for (let times = 0; times < 3; times++) await scrape.read(false);
const turns = new LongestTurn();
const begun = performance.now();
const exposition = await scrape.read(false);
const took = performance.now() - begun;
const blocked = turns.end();
// What is joined here is sent in parts.
const { text } = exposition;
const report: ScrapeReport = {
  bytes: Buffer.byteLength(text),
  gzipped: gzipSync(text).length,
  blocked,
  took,
};
writeFileSync(REPORT, JSON.stringify(report));
await worker.stop();
