import { join } from 'node:path';
import { atMost, type Benchmark } from './benchmark.ts';
import { newFolder } from './measure/folders.ts';
import { cpuTime } from './measure/process-usage.ts';
import { serving } from './measure/serving.ts';
import { quantile } from './measure/statistics.ts';
import { milliseconds } from './report/figures.ts';
import { workerService } from './worker/built-worker.ts';
import { fillHistory, taskNames } from './worker/long-history.ts';

const SAMPLES = 100;
const MAX_P99_MS = 50;
const API = '/api/v1';

/** The lists of the ops API over a long history, each with each of its filters. */
export const lists: Benchmark = {
  title: 'Lists of the ops API',

  async measure({ server, full }) {
    const runs = full ? 1_000_000 : 200_000;
    const environment = { DATABASE_URL: `sqlite:${join(newFolder(), 'worker.db')}` };
    const service = (port: number) => workerService(server.url, port, environment);
    await serving(service, async () => {});
    fillHistory(environment.DATABASE_URL.slice('sqlite:'.length), runs);
    const measured: [name: string, cost: Cost][] = [];
    await serving(service, async (url, pid) => {
      for (const [name, pathAt] of Object.entries(PATHS)) measured.push([name, await costOf(url, pid, pathAt)]);
    });
    const [[, { p99: nothing }], ...ofLists] = measured as [(typeof measured)[0], ...typeof measured];
    const [slowest, { p99: time }] = ofLists.toSorted(([, a], [, b]) => b.p99 - a.p99)[0]!;
    return {
      comparisons: [
        {
          what: `p99 of the slowest list at ${runs.toLocaleString('en')} runs (${slowest})`,
          figure: milliseconds(time),
          peer: 'an answer that reads nothing',
          peerFigure: milliseconds(nothing),
          ratio: time / nothing,
          target: atMost(MAX_P99_MS, time, ' ms'),
        },
      ],
      notes: [
        `p99 of ${SAMPLES} each, and the CPU time of the service for one, which other programs do not change: ${ofLists
          .map(([name, { p99, cpu }]) => `${name} ${p99.toFixed(1)} ms (${cpu.toFixed(1)})`)
          .join(', ')}.`,
      ],
    };
  },
};

const names = taskNames();
const task = (at: number) => names[(at * 7) % names.length];
/** Somewhere in the last 30 days. */
const instant = (at: number) => new Date(Date.now() - ((at * 7_919) % 720) * 3_600_000);
const idAt = (at: number) => {
  const time = instant(at).getTime().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
};

const PATHS: Readonly<Record<string, (at: number) => string>> = {
  session: () => '/session',
  tasks: () => '/tasks',
  runs: () => '/runs?limit=100',
  'runs of a task': (at) => `/runs?limit=100&task=${task(at)}`,
  'runs behind a cursor': (at) => `/runs?limit=100&cursor=${idAt(at)}`,
  'runs of a task behind a cursor': (at) => `/runs?limit=100&task=${task(at)}&cursor=${idAt(at)}`,
  'runs of a time': (at) => `/runs?limit=100&since=${instant(at).toISOString()}&until=${instant(at + 1).toISOString()}`,
  'failed runs': () => '/runs?limit=100&status=failed,timed_out,partial',
  'runs that succeeded': () => '/runs?limit=100&status=succeeded',
  'running runs': () => '/runs?limit=100&status=running,queued,interrupted',
  'failed runs of a task': (at) => `/runs?limit=100&status=failed&task=${task(at)}`,
  'cancelled runs of a task, none': (at) => `/runs?limit=100&status=cancelled&task=${task(at)}`,
  'runs by hand': () => '/runs?limit=100&trigger=manual,retry',
  'runs by hand of a task': (at) => `/runs?limit=100&trigger=manual&task=${task(at)}`,
  'runs caught up of a task, none': (at) => `/runs?limit=100&trigger=catch_up&task=${task(at)}`,
  'failed runs by hand': () => '/runs?limit=100&trigger=manual&status=failed',
  'scheduled runs of a task': (at) => `/runs?limit=100&trigger=schedule&task=${task(at)}`,
  'an id': (at) => `/runs?q=${idAt(at).slice(0, 11)}`,
  'an error': () => '/runs?limit=100&q=HTTP_500',
  'an error of a task': (at) => `/runs?limit=100&q=answered 503&task=${task(at)}`,
  'an error that never was': () => '/runs?limit=100&q=NO_SUCH_CODE',
  'an error that never was behind a cursor': (at) => `/runs?limit=100&q=NO_SUCH_CODE&cursor=${idAt(at)}`,
  'an error that never was of a task': (at) => `/runs?limit=100&q=NO_SUCH_CODE&task=${task(at)}`,
  'an error by hand that was skipped, none': () => '/runs?limit=100&q=answered&trigger=manual&status=skipped',
  items: () => '/items',
  audit: () => '/audit',
  workers: () => '/workers',
};

/** Of one request, in milliseconds. */
interface Cost {
  readonly p99: number;
  readonly cpu: number;
}

async function costOf(url: string, pid: number, pathAt: (at: number) => string): Promise<Cost> {
  const times: number[] = [];
  const before = cpuTime(pid);
  for (let at = 0; at < SAMPLES; at++) {
    const from = performance.now();
    const response = await fetch(url + API + pathAt(at));
    await response.arrayBuffer();
    times.push(performance.now() - from);
    if (response.status !== 200) throw new Error(`${pathAt(at)} answered ${response.status}`);
  }
  return { p99: quantile(times, 0.99), cpu: (cpuTime(pid) - before) / SAMPLES };
}
