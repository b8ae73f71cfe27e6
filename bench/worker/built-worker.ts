import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { START_OPTIONS } from '../../scripts/start-options.ts';
import { BOTH_CORES } from '../measure/cores.ts';
import { Program } from '../measure/program.ts';
import type { TickPlan } from '../measure/tick-recorder.ts';

/** The built worker; `WORKER_DIST` names another folder. */
const DIST = resolve(process.env['WORKER_DIST'] ?? fileURLToPath(new URL('../../dist', import.meta.url)));

/** A slot that comes in the middle would be measured, too. */
const NOTHING_SCHEDULED = Object.fromEntries(
  ['CLEANUP_OLD_ORDERS', 'SEND_REMINDERS', 'SYNC_EXTERNAL_DATA', 'PROCESS_PENDING_ORDERS'].map((task) => [
    `TASK_${task}_SCHEDULE`,
    'off',
  ]),
);

/** Path of a module of the built worker, for programs that run it with other tasks. */
export function fromWorker<T>(module: string): Promise<T> {
  return import(pathToFileURL(join(DIST, module)).href) as Promise<T>;
}

/**
 * The worker draining the pending orders, or the list of another task, through its command line;
 * `concurrency` as in `DATA_API_CONCURRENCY`.
 */
export function workerDrain(
  url: string,
  concurrency?: string,
  task = 'process_pending_orders',
  more: Record<string, string> = {},
): Program {
  return new Program({
    parameters: [...START_OPTIONS, join(DIST, 'cli.js'), 'run', task, '--json'],
    environment: {
      DATA_API_URL: url,
      ...(concurrency !== undefined && { DATA_API_CONCURRENCY: concurrency }),
      ...more,
    },
  });
}

/** Requests for single items and for many at once; writes a `BulkReport`. */
export function workerBulk(url: string): Program {
  return new Program({
    parameters: [...START_OPTIONS, fileURLToPath(new URL('./bulk-calls.ts', import.meta.url))],
    environment: {
      DATA_API_URL: url,
      ...(process.env['WORKER_DIST'] !== undefined && { WORKER_DIST: process.env['WORKER_DIST'] }),
    },
  });
}

/** The worker as a service, with its own tasks. */
export function workerService(url: string, port: number, more: Readonly<Record<string, string>> = {}): Program {
  return new Program({
    parameters: [...START_OPTIONS, join(DIST, 'main.js')],
    environment: { DATA_API_URL: url, PORT: String(port), ...more },
  });
}

/** A replica with a batch: see `batch-program.ts`. On any core, as there may be many. */
export function batchReplica(
  url: string,
  database: string,
  concurrency: number,
  parameters: readonly string[],
): Program {
  return new Program({
    cores: BOTH_CORES,
    parameters: [...START_OPTIONS, fileURLToPath(new URL('./batch-program.ts', import.meta.url)), ...parameters],
    environment: {
      ...{ DATA_API_URL: url, DATABASE_URL: database, DATA_API_CONCURRENCY: String(concurrency), LOG_LEVEL: 'warn' },
      ...(process.env['WORKER_DIST'] !== undefined && { WORKER_DIST: process.env['WORKER_DIST'] }),
    },
  });
}

/** The worker as a service, with 50 empty tasks in place of its own, one run a second. */
export function operatedService(port: number, more: Readonly<Record<string, string>>): Program {
  return new Program({
    parameters: [...START_OPTIONS, fileURLToPath(new URL('./operated-program.ts', import.meta.url))],
    environment: { DATA_API_URL: 'http://127.0.0.1:9', PORT: String(port), ...more },
  });
}

/** The worker with empty tasks in place of its own; writes a `TickReport`. */
export function workerTicks(plan: TickPlan, cores?: string, more: Readonly<Record<string, string>> = {}): Program {
  return new Program({
    cores,
    parameters: [
      ...START_OPTIONS,
      fileURLToPath(new URL('./scheduled-tasks.ts', import.meta.url)),
      JSON.stringify(plan),
    ],
    environment: {
      DATA_API_URL: 'http://127.0.0.1:9',
      ...(process.env['WORKER_DIST'] !== undefined && { WORKER_DIST: process.env['WORKER_DIST'] }),
      ...more,
    },
  });
}

/** One of several replicas with empty runs, as many as it can; writes a `RunsReport`. */
export function workerRuns(tasks: number, replicas: number, forMs: number, more: Readonly<Record<string, string>>) {
  const parameters = [tasks, replicas, forMs].map(String);
  return new Program({
    cores: BOTH_CORES,
    parameters: [...START_OPTIONS, fileURLToPath(new URL('./many-runs.ts', import.meta.url)), ...parameters],
    environment: {
      ...{ DATA_API_URL: 'http://127.0.0.1:9', LOG_LEVEL: 'warn' },
      ...(process.env['WORKER_DIST'] !== undefined && { WORKER_DIST: process.env['WORKER_DIST'] }),
      ...more,
    },
  });
}

/** The worker with so many empty tasks, scraped once; writes a `ScrapeReport`. */
export function workerScrape(tasks: number): Program {
  return new Program({
    parameters: [...START_OPTIONS, fileURLToPath(new URL('./scrape-program.ts', import.meta.url)), String(tasks)],
    environment: { DATA_API_URL: 'http://127.0.0.1:9', LOG_LEVEL: 'warn' },
  });
}

/** The worker draining the pending orders in one run, and nothing else; writes a `DrainReport`. */
export function workerDrainWith(telemetry: 'all' | 'log' | 'captured', url: string, concurrency: string): Program {
  return new Program({
    parameters: [...START_OPTIONS, fileURLToPath(new URL('./drain-program.ts', import.meta.url)), telemetry],
    environment: { DATA_API_URL: url, DATA_API_CONCURRENCY: concurrency, ...NOTHING_SCHEDULED },
  });
}
