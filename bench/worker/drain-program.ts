import { writeFileSync } from 'node:fs';
import type { Scrape as Metrics } from '../../src/telemetry/metrics/scrape.ts';
import { residentMemory } from '../measure/process-usage.ts';
import { REPORT } from '../measure/program.ts';
import { fromWorker } from './built-worker.ts';
import { startWorker, type Telemetry } from './worker-application.ts';

export interface DrainReport {
  /** In MB, after the drain and, where there are metrics, a scrape. */
  readonly memory: number;
}

/** Drains the pending orders in one run by hand: `node drain-program.ts all|log|captured`. */
const telemetry = process.argv[2] as Telemetry;
const worker = await startWorker({ telemetry });
await worker.run('process_pending_orders');
if (telemetry === 'all') {
  const { Scrape } = await fromWorker<{ Scrape: typeof Metrics }>('telemetry/metrics/scrape.js');
  await worker.get(Scrape).read(false);
}
globalThis.gc?.();
const report: DrainReport = { memory: residentMemory(process.pid).now };
writeFileSync(REPORT, JSON.stringify(report));
await worker.stop();
