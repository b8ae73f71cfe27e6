import { atLeast, type Benchmark } from './benchmark.ts';
import { drain, type Drain } from './measure/drain.ts';
import { interleaved } from './measure/rounds.ts';
import { median } from './measure/statistics.ts';
import { peerDrain } from './peers/peer-programs.ts';
import { count, percent, perSecond } from './report/figures.ts';
import { workerDrain } from './worker/built-worker.ts';

const ROUNDS = 3;
/** `HttpService` takes several times as long per order: fewer orders show its rate as well. */
const ORDERS_OF_HTTP_SERVICE = 6_000;
const CONCURRENCY = 16;

/** What a request costs the client. */
export const drainFastServer: Benchmark = {
  title: 'Drain, server latency 0',

  async measure({ server, full }) {
    const orders = full ? 100_000 : 30_000;
    const all = { orders, latency: 0 };
    const some = { orders: ORDERS_OF_HTTP_SERVICE, latency: 0 };
    const results = await interleaved(ROUNDS, {
      worker: () => drain(server, all, (url) => workerDrain(url, String(CONCURRENCY))),
      undici: () => drain(server, all, (url) => peerDrain('undiciPool', url, CONCURRENCY)),
      httpService: () => drain(server, some, (url) => peerDrain('httpServiceWithPMap', url, CONCURRENCY)),
      adaptive: () => drain(server, all, (url) => workerDrain(url)),
    });
    const worker = rate(results.worker);
    const undici = rate(results.undici);
    const httpService = rate(results.httpService);
    const adaptive = rate(results.adaptive);
    const what = `drain ${count(orders)} orders, ${CONCURRENCY} at once`;
    return {
      comparisons: [
        {
          what,
          figure: perSecond(worker),
          peer: 'bare undici',
          peerFigure: perSecond(undici),
          ratio: worker / undici,
          target: atLeast(0.8, worker / undici, ' ×'),
        },
        {
          what,
          figure: perSecond(worker),
          peer: `stock HttpService + p-map (${count(ORDERS_OF_HTTP_SERVICE)} orders)`,
          peerFigure: perSecond(httpService),
          ratio: worker / httpService,
          target: atLeast(5, worker / httpService, ' ×'),
        },
        {
          what: `drain ${count(orders)} orders, default settings (adaptive)`,
          figure: perSecond(adaptive),
          peer: `bare undici, ${CONCURRENCY} at once`,
          peerFigure: perSecond(undici),
          ratio: adaptive / undici,
        },
      ],
      notes: [
        `CPU per order: worker ${cost(results.worker)}, adaptive ${cost(results.adaptive)}, bare undici ${cost(results.undici)}, HttpService + p-map ${cost(results.httpService)}. It depends less on the machine's other load than the rates do.`,
        `Of its core, the worker had ${clientShare(results.worker)}, bare undici ${clientShare(results.undici)}; the rest went to other programs and disk waits. Under bare undici the server used ${percent(median(results.undici.map(({ serverLoad }) => serverLoad)))} of the other core.`,
      ],
    };
  },
};

function rate(drains: readonly Drain[]): number {
  return median(drains.map(({ ordersPerSecond }) => ordersPerSecond));
}

function clientShare(drains: readonly Drain[]): string {
  return percent(median(drains.map(({ cpuPerOrder, ordersPerSecond }) => (cpuPerOrder * ordersPerSecond) / 1e6)));
}

function cost(drains: readonly Drain[]): string {
  return `${Math.round(median(drains.map(({ cpuPerOrder }) => cpuPerOrder)))} µs`;
}
