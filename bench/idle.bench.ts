import { atMost, type Benchmark } from './benchmark.ts';
import { type Idling, idling, middle, SETTLING_MS } from './measure/idling.ts';
import { bareNest } from './peers/peer-programs.ts';
import { megabytes, milliseconds } from './report/figures.ts';
import { workerService } from './worker/built-worker.ts';

const ROUNDS = 2;
const MAX_OVER_PEER_MB = 35;

/** What the worker costs while it is idle. */
export const idle: Benchmark = {
  title: 'Idle',

  async measure({ server }) {
    await server.load({ orders: 0, latency: 0 });
    const workers: Idling[] = [];
    const nests: Idling[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [worker, nest] = await Promise.all([
        idling('/health/ready', (port) => workerService(server.url, port)),
        idling('/', bareNest),
      ]);
      workers.push(worker);
      nests.push(nest);
    }
    const worker = middle(workers);
    const nest = middle(nests);
    return {
      comparisons: [
        {
          what: `resident memory, ${SETTLING_MS / 1_000} s after the start`,
          figure: megabytes(worker.memory),
          peer: 'a bare Nest application',
          peerFigure: megabytes(nest.memory),
          ratio: worker.memory / nest.memory,
          target: {
            ...atMost(MAX_OVER_PEER_MB, worker.memory - nest.memory, ' MB'),
            text: `≤ the peer + ${MAX_OVER_PEER_MB} MB`,
          },
        },
      ],
      notes: [`CPU in a second: worker ${milliseconds(worker.cpu)}, bare Nest ${milliseconds(nest.cpu)}.`],
    };
  },
};
