import { atLeast, type Benchmark } from './benchmark.ts';
import { median } from './measure/statistics.ts';
import { perSecond } from './report/figures.ts';
import type { BulkReport } from './worker/bulk-calls.ts';
import { workerBulk } from './worker/built-worker.ts';

const ROUNDS = 3;
const LATENCY = 20;
const MIN_RATIO = 20;

/** What `bulk` gains where an API takes many items at once. */
export const bulkCall: Benchmark = {
  title: `A bulk call of 100 items, server latency ${LATENCY} ms`,

  async measure({ server }) {
    const reports: BulkReport[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await server.load({ orders: 0, latency: LATENCY });
      reports.push(await workerBulk(server.url).report<BulkReport>());
    }
    const bulk = median(reports.map((report) => report.bulk));
    const single = median(reports.map((report) => report.single));
    return {
      comparisons: [
        {
          what: 'items, 8 bulk calls at once',
          figure: perSecond(bulk),
          peer: 'the same client, an item a call, 8 at once',
          peerFigure: perSecond(single),
          ratio: bulk / single,
          target: atLeast(MIN_RATIO, bulk / single, ' ×'),
        },
      ],
    };
  },
};
