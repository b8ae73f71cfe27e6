import { atLeast, type Benchmark } from './benchmark.ts';
import { drain } from './measure/drain.ts';
import { interleaved } from './measure/rounds.ts';
import { median } from './measure/statistics.ts';
import { peerDrain } from './peers/peer-programs.ts';
import { count, perSecond } from './report/figures.ts';
import { workerDrain } from './worker/built-worker.ts';

const ROUNDS = 3;
const LATENCY = 20;
const ORDERS = 5_000;
/** One at a time, every order takes the same time: a few show the loop's rate. */
const ORDERS_OF_LOOP = 100;

/**
 * What concurrency gains on a slow server, and what finding the right one costs.
 */
export const drainSlowServer: Benchmark = {
  title: `Drain, server latency ${LATENCY} ms`,

  async measure({ server, full }) {
    const loopOrders = full ? 1_000 : ORDERS_OF_LOOP;
    const results = await interleaved(ROUNDS, {
      worker: () => drain(server, { orders: ORDERS, latency: LATENCY }, (url) => workerDrain(url)),
      loop: () => drain(server, { orders: loopOrders, latency: LATENCY }, (url) => peerDrain('sequentialLoop', url, 1)),
      undici: () => drain(server, { orders: ORDERS, latency: LATENCY }, (url) => peerDrain('undiciPool', url, 64)),
    });
    const [worker, loop, undici] = [results.worker, results.loop, results.undici].map((drains) =>
      median(drains.map(({ ordersPerSecond }) => ordersPerSecond)),
    ) as [number, number, number];
    const what = `drain ${count(ORDERS)} orders, default settings`;
    return {
      comparisons: [
        {
          what,
          figure: perSecond(worker),
          peer: `a sequential loop (${count(loopOrders)} orders)`,
          peerFigure: perSecond(loop),
          ratio: worker / loop,
          target: atLeast(50, worker / loop, ' ×'),
        },
        {
          what,
          figure: perSecond(worker),
          peer: 'bare undici, 64 at once',
          peerFigure: perSecond(undici),
          ratio: worker / undici,
        },
      ],
    };
  },
};
