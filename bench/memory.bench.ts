import { atMost, type Benchmark } from './benchmark.ts';
import { drain } from './measure/drain.ts';
import { peerDrain } from './peers/peer-programs.ts';
import { count, megabytes, signedMegabytes } from './report/figures.ts';
import { linePlot, type Series } from './report/line-plot.ts';
import { workerDrain } from './worker/built-worker.ts';

const CONCURRENCY = 16;
const LENGTHS = [10_000, 25_000, 60_000];
const FULL_LENGTHS = [10_000, 30_000, 100_000, 300_000, 1_000_000];
const MAX_GROWTH_MB = 32;

/** Whether memory depends on the length of the list. */
export const memory: Benchmark = {
  title: 'Resident memory against the length of the list',

  async measure({ server, full }) {
    const worker: Series = { name: 'worker', points: [] };
    const undici: Series = { name: 'bare undici', points: [] };
    for (const orders of full ? FULL_LENGTHS : LENGTHS) {
      const profile = { orders, latency: 0 };
      const workers = await drain(server, profile, (url) => workerDrain(url, String(CONCURRENCY)));
      const undicis = await drain(server, profile, (url) => peerDrain('undiciPool', url, CONCURRENCY));
      worker.points.push([orders, workers.peakMemory]);
      undici.points.push([orders, undicis.peakMemory]);
    }
    const growth = growthOf(worker);
    const longest = worker.points.at(-1)?.[0] ?? 0;
    return {
      comparisons: [
        {
          what: `growth of peak memory from ${count(LENGTHS[0] ?? 0)} to ${count(longest)} orders`,
          figure: signedMegabytes(growth),
          peer: 'bare undici, the same',
          peerFigure: signedMegabytes(growthOf(undici)),
          ratio: Math.max(0, growth) / growthOf(undici),
          target: atMost(MAX_GROWTH_MB, growth, ' MB'),
        },
      ],
      notes: [`Peaks of the worker: ${worker.points.map(([n, mb]) => `${count(n)}: ${megabytes(mb)}`).join(', ')}.`],
      plots: [
        {
          file: 'memory.svg',
          svg: linePlot({
            title: 'Peak resident memory while draining',
            x: { label: 'orders in the list', scale: 'logarithmic' },
            y: { label: 'MB' },
            series: [worker, undici],
          }),
        },
      ],
    };
  },
};

/** Growth in MB from the shortest list to the longest. */
function growthOf({ points }: Series): number {
  return (points.at(-1)?.[1] ?? NaN) - (points[0]?.[1] ?? NaN);
}
