import type { Benchmark, Laboratory } from './benchmark.ts';
import { drain } from './measure/drain.ts';
import type { Program } from './measure/program.ts';
import { peerDrain } from './peers/peer-programs.ts';
import { perSecond } from './report/figures.ts';
import { linePlot, type Series } from './report/line-plot.ts';
import { workerDrain } from './worker/built-worker.ts';

const CONCURRENCIES = [1, 4, 16, 64];
const FULL_CONCURRENCIES = [1, 2, 4, 8, 16, 32, 64, 128];
const ORDERS = 8_000;
const ORDERS_OF_HTTP_SERVICE = 1_500;

/** How throughput grows with concurrency, server latency 0, one round each. */
export const throughput: Benchmark = {
  title: 'Throughput against concurrency',

  async measure({ server, full }) {
    const concurrencies = full ? FULL_CONCURRENCIES : CONCURRENCIES;
    const curve = async (name: string, orders: number, start: (url: string, concurrency: number) => Program) => ({
      name,
      points: await sweep(server, concurrencies, orders, start),
    });
    const worker = await curve('worker', ORDERS, (url, concurrency) => workerDrain(url, String(concurrency)));
    const undici = await curve('bare undici', ORDERS, (url, concurrency) => peerDrain('undiciPool', url, concurrency));
    const httpService = await curve('HttpService + p-map', ORDERS_OF_HTTP_SERVICE, (url, concurrency) =>
      peerDrain('httpServiceWithPMap', url, concurrency),
    );
    return {
      comparisons: [worker, undici, httpService].slice(1).map((peer) => ({
        what: `highest of ${concurrencies.join(', ')} at once`,
        figure: perSecond(highest(worker)),
        peer: peer.name,
        peerFigure: perSecond(highest(peer)),
        ratio: highest(worker) / highest(peer),
      })),
      plots: [
        {
          file: 'throughput.svg',
          svg: linePlot({
            title: 'Orders drained per second, server latency 0',
            x: { label: 'requests in flight', scale: 'logarithmic' },
            y: { label: 'orders/s' },
            series: [worker, undici, httpService],
          }),
        },
      ],
    };
  },
};

async function sweep(
  server: Laboratory['server'],
  concurrencies: readonly number[],
  orders: number,
  start: (url: string, concurrency: number) => Program,
): Promise<[number, number][]> {
  const points: [number, number][] = [];
  for (const concurrency of concurrencies) {
    const { ordersPerSecond } = await drain(server, { orders, latency: 0 }, (url) => start(url, concurrency));
    points.push([concurrency, ordersPerSecond]);
  }
  return points;
}

function highest({ points }: Series): number {
  return Math.max(...points.map(([, value]) => value));
}
