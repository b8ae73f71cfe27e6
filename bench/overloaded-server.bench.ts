import { atLeast, type Benchmark, type Target } from './benchmark.ts';
import { drainPartly, rateOf } from './measure/drain.ts';
import type { LoadStatistics } from './server/load-profile.ts';
import { interleaved } from './measure/rounds.ts';
import { median } from './measure/statistics.ts';
import { count, percent, perSecond } from './report/figures.ts';
import { workerDrain } from './worker/built-worker.ts';

const PROFILE = { latency: 10, servesAtOnce: 20 };
const SWEEP = [16, 20, 24];
const ROUNDS = 2;
const MAX_REFUSED_SHARE = 0.01;

/** Whether the worker finds the capacity of a server that answers 429 when it is overloaded. */
export const overloadedServer: Benchmark = {
  title: `A server that serves ${PROFILE.servesAtOnce} at once, ${PROFILE.latency} ms each, and answers 429 beyond`,

  async measure({ server, full }) {
    const orders = full ? 20_000 : 5_000;
    const profile = { ...PROFILE, orders };
    const drain = (concurrency?: string) => drainPartly(server, profile, (url) => workerDrain(url, concurrency));
    const sweep = new Map<number, LoadStatistics>();
    for (const concurrency of SWEEP) sweep.set(concurrency, await drain(String(concurrency)));
    const [[best] = [0]] = [...sweep].sort(([, a], [, b]) => rateOf(b) - rateOf(a));
    const [highest = 0, atHighest] = [...sweep].at(-1) ?? [];
    const results = await interleaved(ROUNDS, {
      adaptive: () => drain(),
      fixed: () => drain(String(best)),
    });
    const adaptive = median(results.adaptive.map(rateOf));
    const bestFixed = median(results.fixed.map(rateOf));
    const refused = median(results.adaptive.map(shareRefused));
    return {
      comparisons: [
        {
          what: `drain ${count(orders)} orders, default settings (adaptive)`,
          figure: perSecond(adaptive),
          peer: `best fixed concurrency of a sweep, ${best}`,
          peerFigure: perSecond(bestFixed),
          ratio: adaptive / bestFixed,
          target: atLeast(0.95, adaptive / bestFixed, ' ×'),
        },
        {
          what: 'answers 429 after the first two seconds, default settings',
          figure: percent(refused, 2),
          peer: `fixed concurrency ${highest}`,
          peerFigure: percent(shareRefused(atHighest), 2),
          ratio: refused / shareRefused(atHighest),
          target: refusedTarget(refused),
        },
      ],
      notes: [
        `The sweep, orders/s (429s in all): ${[...sweep].map(([concurrency, statistics]) => `${concurrency}: ${count(rateOf(statistics))} (${count(statistics.refused)})`).join(', ')}.`,
      ],
    };
  },
};

function shareRefused(statistics: LoadStatistics | undefined): number {
  const { requests, refused } = statistics?.settled ?? { requests: 0, refused: 0 };
  return requests === 0 ? 0 : refused / requests;
}

function refusedTarget(share: number): Target {
  return { text: `< ${percent(MAX_REFUSED_SHARE)}`, met: share < MAX_REFUSED_SHARE };
}
