import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, type Benchmark } from './benchmark.ts';
import { answering, freePort } from './measure/answering.ts';
import { cpuTime, residentMemory } from './measure/process-usage.ts';
import type { Program } from './measure/program.ts';
import { median } from './measure/statistics.ts';
import { bareNest } from './peers/peer-programs.ts';
import { megabytes, milliseconds } from './report/figures.ts';
import { workerService } from './worker/built-worker.ts';

const ROUNDS = 2;
const SETTLING_MS = 5_000;
const MAX_OVER_PEER_MB = 35;

interface Idling {
  /** In MB. */
  readonly memory: number;
  /** Milliseconds of CPU in a second. */
  readonly cpu: number;
}

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

async function idling(path: string, launch: (port: number) => Program): Promise<Idling> {
  const port = await freePort();
  const program = launch(port);
  await program.during(answering(`http://127.0.0.1:${port}${path}`));
  await program.during(sleep(SETTLING_MS / 2));
  const before = cpuTime(program.pid);
  await program.during(sleep(SETTLING_MS / 2));
  const cpu = ((cpuTime(program.pid) - before) / (SETTLING_MS / 2)) * 1_000;
  const memory = residentMemory(program.pid).now;
  await program.stop();
  return { memory, cpu };
}

function middle(measured: readonly Idling[]): Idling {
  return { memory: median(measured.map(({ memory }) => memory)), cpu: median(measured.map(({ cpu }) => cpu)) };
}
