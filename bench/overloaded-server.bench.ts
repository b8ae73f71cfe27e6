import { atLeast, type Benchmark, type Target } from './benchmark.ts';
import { drain, type Drain } from './measure/drain.ts';
import { interleaved } from './measure/rounds.ts';
import { median } from './measure/statistics.ts';
import { count, perSecond } from './report/figures.ts';
import { workerDrain } from './worker/built-worker.ts';

const PROFILE = { latency: 10, servesAtOnce: 20 };
const SWEEP = [8, 12, 16, 18, 20, 22, 28];
const ROUNDS = 2;
const MOST_REFUSED = 0.01;

/** Whether the worker finds by itself what a server can take that says 429 beyond. */
export const overloadedServer: Benchmark = {
  title: `A server that serves ${PROFILE.servesAtOnce} at once, ${PROFILE.latency} ms each, and answers 429 beyond`,

  async measure({ server, full }) {
    const orders = full ? 20_000 : 8_000;
    const profile = { ...PROFILE, orders };
    const fixed = (concurrency: number) => drain(server, profile, (url) => workerDrain(url, String(concurrency)));
    const sweep = new Map<number, Drain>();
    for (const concurrency of SWEEP) sweep.set(concurrency, await fixed(concurrency));
    const [best = SWEEP[0] ?? 1] = [...sweep.keys()].sort((a, b) => rateOf(sweep, b) - rateOf(sweep, a));
    const results = await interleaved(ROUNDS, {
      adaptive: () => drain(server, profile, (url) => workerDrain(url)),
      fixed: () => fixed(best),
    });
    const adaptive = median(results.adaptive.map(({ ordersPerSecond }) => ordersPerSecond));
    const bestFixed = median(results.fixed.map(({ ordersPerSecond }) => ordersPerSecond));
    const refused = median(results.adaptive.map(shareRefused));
    return {
      comparisons: [
        {
          what: `drain ${count(orders)} orders, default settings (adaptive)`,
          figure: perSecond(adaptive),
          peer: `best fixed concurrency of a sweep, ${best}`,
          peerFigure: perSecond(bestFixed),
          ratio: adaptive / bestFixed,
          target: atLeast(0.9, adaptive / bestFixed, ' ×'),
        },
        {
          what: 'answers 429 after the first two seconds, default settings',
          figure: percent(refused),
          peer: `fixed concurrency ${SWEEP.at(-1)}`,
          peerFigure: percent(shareRefused(sweep.get(SWEEP.at(-1) ?? 0))),
          ratio: refused / shareRefused(sweep.get(SWEEP.at(-1) ?? 0)),
          target: refusedTarget(refused),
        },
      ],
      notes: [
        `The sweep, orders/s (429s in all): ${[...sweep].map(([concurrency, { ordersPerSecond, statistics }]) => `${concurrency}: ${count(ordersPerSecond)} (${count(statistics.refused)})`).join(', ')}.`,
      ],
    };
  },
};

function rateOf(sweep: ReadonlyMap<number, Drain>, concurrency: number): number {
  return sweep.get(concurrency)?.ordersPerSecond ?? 0;
}

function shareRefused(drain: Drain | undefined): number {
  const { requests, refused } = drain?.statistics.settled ?? { requests: 0, refused: 0 };
  return requests === 0 ? 0 : refused / requests;
}

function refusedTarget(share: number): Target {
  return { text: `< ${percent(MOST_REFUSED)}`, met: share < MOST_REFUSED };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
