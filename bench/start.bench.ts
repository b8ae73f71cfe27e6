import { atMost, type Benchmark } from './benchmark.ts';
import { answering, freePort } from './measure/answering.ts';
import type { Program } from './measure/program.ts';
import { interleaved } from './measure/rounds.ts';
import { median } from './measure/statistics.ts';
import { bareNest } from './peers/peer-programs.ts';
import { milliseconds } from './report/figures.ts';
import { workerService } from './worker/built-worker.ts';

const ROUNDS = 7;

/** How long a deployment waits for a new process. */
export const start: Benchmark = {
  title: 'Start',

  async measure({ server }) {
    await server.load({ orders: 0, latency: 0 });
    const results = await interleaved(ROUNDS, {
      worker: () => timeToAnswer('/health/ready', (port) => workerService(server.url, port)),
      nest: () => timeToAnswer('/', bareNest),
    });
    const worker = median(results.worker);
    const nest = median(results.nest);
    return {
      comparisons: [
        {
          what: 'from spawn to /health/ready',
          figure: milliseconds(worker),
          peer: 'a bare Nest application, to its first answer',
          peerFigure: milliseconds(nest),
          ratio: worker / nest,
          target: atMost(1.5, worker / nest, ' ×'),
        },
      ],
    };
  },
};

async function timeToAnswer(path: string, launch: (port: number) => Program): Promise<number> {
  const port = await freePort();
  const program = launch(port);
  await program.during(answering(`http://127.0.0.1:${port}${path}`));
  const time = performance.now() - program.startedAt;
  await program.stop();
  return time;
}
