import { atLeast, type Benchmark } from './benchmark.ts';
import { drain } from './measure/drain.ts';
import { interleaved } from './measure/rounds.ts';
import { median } from './measure/statistics.ts';
import { peerDrain } from './peers/peer-programs.ts';
import { count, perSecond } from './report/figures.ts';
import { workerDrain } from './worker/built-worker.ts';

const ROUNDS = 3;
const LATENCY = 20;
const BOOKINGS = 5_000;
const BOOKINGS_FULL = 20_000;
const MIN_RATIO = 0.9;

/** A list that stays, read by cursor ahead of the work, and a POST for each of its items. */
export const cursorList: Benchmark = {
  title: `A list by cursor, server latency ${LATENCY} ms`,

  async measure({ server, full }) {
    const profile = { orders: full ? BOOKINGS_FULL : BOOKINGS, latency: LATENCY };
    const peer = (concurrency: number) => () =>
      drain(server, profile, (url) => peerDrain('undiciCursor', url, concurrency));
    const results = await interleaved(ROUNDS, {
      worker: () => drain(server, profile, (url) => workerDrain(url, undefined, 'send_reminders')),
      undici16: peer(16),
      undici32: peer(32),
      undici64: peer(64),
    });
    const [worker = 0, ...peers] = Object.values(results).map((drains) =>
      median(drains.map(({ ordersPerSecond }) => ordersPerSecond)),
    );
    const best = Math.max(...peers);
    return {
      comparisons: [
        {
          what: `${count(profile.orders)} bookings, default settings`,
          figure: perSecond(worker),
          peer: `bare undici, the best of 16, 32 and 64 at once (${[16, 32, 64][peers.indexOf(best)]})`,
          peerFigure: perSecond(best),
          ratio: worker / best,
          target: atLeast(MIN_RATIO, worker / best, ' ×'),
        },
      ],
    };
  },
};
