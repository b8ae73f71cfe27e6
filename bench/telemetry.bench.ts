import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atLeast, atMost, type Benchmark } from './benchmark.ts';
import { drain } from './measure/drain.ts';
import type { Program } from './measure/program.ts';
import { interleaved } from './measure/rounds.ts';
import { median } from './measure/statistics.ts';
import type { TickPlan, TickReport } from './measure/tick-recorder.ts';
import { count, megabytes, milliseconds, perSecond } from './report/figures.ts';
import { workerDrain, workerDrainWith, workerScrape, workerTicks } from './worker/built-worker.ts';
import type { DrainReport } from './worker/drain-program.ts';
import type { ScrapeReport } from './worker/scrape-program.ts';

const CONCURRENCY = '16';
const TASKS = 1_000;
const PLAN: TickPlan = { tasks: 1, every: 100, runsBefore: 2_000, warmUp: 500, window: 500 };
const MB = 2 ** 20;

/** What metrics, alerts, pings and traces cost, against the same worker with its log alone. */
export const telemetry: Benchmark = {
  title: 'Telemetry',

  async measure({ server, full }) {
    const rounds = full ? 9 : 3;
    const orders = full ? 30_000 : 10_000;
    const drained = async (kind: 'all' | 'log') => {
      let program: Program | undefined;
      const start = (url: string) => (program = workerDrainWith(kind, url, CONCURRENCY));
      const { cpuPerOrder } = await drain(server, { orders, latency: 0 }, start);
      return { cpuPerOrder, memory: (await program!.report<DrainReport>()).memory };
    };
    const inTurn = await interleaved(rounds, {
      all: () => drained('all'),
      log: () => drained('log'),
      runsOfAll: () => workerTicks({ ...PLAN, telemetry: 'all' }).report<TickReport>(),
      runsOfLog: () => workerTicks({ ...PLAN, telemetry: 'log' }).report<TickReport>(),
    });
    const collector = createServer((request, response) => request.resume().on('end', () => response.end('{}')));
    await once(collector.listen(0, '127.0.0.1'), 'listening');
    const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    const traced = await interleaved(rounds, {
      on: () =>
        drain(server, { orders, latency: 0 }, (url) =>
          workerDrain(url, CONCURRENCY, undefined, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }),
        ),
      off: () => drain(server, { orders, latency: 0 }, (url) => workerDrain(url, CONCURRENCY)),
    });
    collector.close();
    const scrape = await workerScrape(TASKS).report<ScrapeReport>();
    const perOrder = (kind: 'all' | 'log') => median(inTurn[kind].map(({ cpuPerOrder }) => cpuPerOrder)) / 1_000;
    const memory = (kind: 'all' | 'log') => median(inTurn[kind].map((report) => report.memory));
    const inARow = (reports: readonly TickReport[]) => median(reports.map((report) => report.cpuPerRunInARow ?? NaN));
    const rate = (kind: 'on' | 'off') => 1_000_000 / median(traced[kind].map(({ cpuPerOrder }) => cpuPerOrder));
    const compared = (what: string, one: number, other: number, maxRatio: number) => ({
      what,
      figure: milliseconds(one),
      peer: 'the worker with its log alone',
      peerFigure: milliseconds(other),
      ratio: one / other,
      target: atMost(maxRatio, one / other, ' ×'),
    });
    return {
      comparisons: [
        compared('CPU of an order', perOrder('all'), perOrder('log'), 1.03),
        compared('CPU of an empty run, in a row', inARow(inTurn.runsOfAll), inARow(inTurn.runsOfLog), 1.1),
        {
          what: 'resident memory after a drain and a scrape',
          figure: megabytes(memory('all')),
          peer: 'the worker with its log alone',
          peerFigure: megabytes(memory('log')),
          ratio: memory('all') / memory('log'),
          target: { ...atMost(6, memory('all') - memory('log'), ' MB'), text: '≤ the peer + 6 MB' },
        },
        {
          what: `drain ${count(orders)} orders with traces, orders in a second of CPU`,
          figure: perSecond(rate('on')),
          peer: 'the same without',
          peerFigure: perSecond(rate('off')),
          ratio: rate('on') / rate('off'),
          target: atLeast(0.8, rate('on') / rate('off'), ' ×'),
        },
        {
          what: `a scrape of ${count(TASKS)} tasks: the longest turn of the event loop`,
          figure: milliseconds(scrape.blocked),
          peer: 'all of the scrape',
          peerFigure: milliseconds(scrape.took),
          ratio: scrape.blocked / scrape.took,
          target: atMost(50, scrape.blocked, ' ms'),
        },
        {
          what: 'the same, gzipped',
          figure: kilobytes(scrape.gzipped),
          peer: 'as text',
          peerFigure: kilobytes(scrape.bytes),
          ratio: scrape.gzipped / scrape.bytes,
          target: { ...atMost(1, scrape.gzipped / MB, ' MB'), text: '≤ 1 MB' },
        },
      ],
      notes: ['All times are CPU time: what other programs take does not count.'],
    };
  },
};

function kilobytes(bytes: number): string {
  return `${count(bytes / 1_024)} kB`;
}
